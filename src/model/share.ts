/** Who may use a server that is not theirs. */
export interface Grantee {
  readonly kind: 'user' | 'group'
  /** The id of the user or group: a recreated one of the same name has another. */
  readonly id: string
}

/** What the store keeps of a share: access to one server, given to a user or a group. */
export interface ShareRecord {
  /** Grows with time: the order of lists. */
  readonly id: string
  /** The id of the server's owner. */
  readonly ownerId: string
  /** The server's name, empty for the default one. */
  readonly server: string
  readonly grantee: Grantee
  /** Sorted, without a filter: each counts for this server alone. */
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch. */
  readonly created: number
}
