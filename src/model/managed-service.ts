/** What the store keeps of a service that a replica runs, while it runs it. */
export interface ManagedServiceRecord {
  /** The service's name. */
  readonly name: string
  /** Marks the processes of this run. */
  readonly runId: string
  /** The token that was made for this run; null when it was given the configured one. */
  readonly token: { readonly id: string; readonly digest: string } | null
  /** Null until the process is there. */
  readonly pid: number | null
  /** Milliseconds since the epoch. */
  readonly started: number
}
