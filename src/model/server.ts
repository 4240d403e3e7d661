import type { JsonObject } from './json.ts'

/** What somebody asked for. */
export type Wanted = 'running' | 'stopped'

/** Where a server is on the way there. */
export type Phase = 'stopped' | 'spawning' | 'ready' | 'stopping'

/**
 * Who checks the visitors of a server (design.md §3): the gateway, or the server itself, by signing
 * them in through the hub.
 */
export type NotebookAuth = 'gateway' | 'oauth'

export interface ServerFailure {
  /** Milliseconds since the epoch. */
  at: number
  /** The HTTP status that a caller who waits for the start is given. */
  status: number
  /** A word for metrics and tests. */
  reason:
    | 'command'
    | 'exited'
    | 'timeout'
    | 'lost'
    | 'options'
    | 'cancelled'
    | 'throttled'
    | 'internal'
  /** What happened and what to do, for the server's owner. */
  message: string
  /** The last lines of the server's own output, for its owner; empty when there is none. */
  output: string
}

/** What the store keeps of a single-user server. Times are milliseconds since the epoch. */
export interface ServerRecord {
  /** Stays when the server is renamed; a new server of the same name has another. */
  id: string
  /** The owner's name and id: a recreated user of the same name has another id. */
  user: string
  userId: string
  /** Empty for the default server. */
  name: string
  displayName: string
  created: number
  wanted: Wanted
  phase: Phase
  /** When the phase began, and who asked for the last change of `wanted`. */
  since: number
  by: string
  /** When a pending phase is given up; null when nothing is pending. */
  deadline: number | null
  /**
   * Since when the start waits until fewer servers are starting; null when it does not wait. Records
   * of before there was a queue have none.
   */
  queuedAt?: number | null
  /** Identifies one run of the server, from the wish to start until the stop. */
  runId: string | null
  /** When the run was asked for; null when stopped. */
  started: number | null
  /** Where the server listens, as the gateway reaches it; null unless ready. */
  url: string | null
  /**
   * What only the gateway and the server know, null when stopped. Never shown. With `gateway` it is
   * what the server knows the gateway by (`JUPYTER_TOKEN`), with `oauth` the server's own hub token,
   * by which the gateway knows the server.
   */
  secret: string | null
  /** Fixed for a run when it is wished for. Records of before there was a choice have none: `gateway`. */
  auth?: NotebookAuth
  /** The spawner's own notes: what finds the run again after a restart of the gateway. */
  spawnerState: JsonObject | null
  userOptions: JsonObject | null
  failure: ServerFailure | null
  /** Delete the record once the server is stopped. */
  remove: boolean
}

/** One step that a starting server reports (wire-contract §4.4). */
export interface ProgressEvent {
  /** 0 to 100. */
  progress: number
  message: string
}

/** The `pending` of JupyterHub's server model, or null when nothing is under way. */
export type Pending = 'spawn' | 'stop' | null

/** @returns what is under way, by JupyterHub's names (wire-contract §4.1) */
export function pendingOf(server: Pick<ServerRecord, 'phase' | 'wanted'>): Pending {
  switch (server.phase) {
    case 'spawning':
      return server.wanted === 'stopped' ? 'stop' : 'spawn'
    case 'stopping':
      return 'stop'
    case 'ready':
      return server.wanted === 'stopped' ? 'stop' : null
    case 'stopped':
      return server.wanted === 'running' ? 'spawn' : null
  }
}

/** Wished for, and waiting until fewer servers are starting: nothing is done about it before. */
export function isQueued(server: Pick<ServerRecord, 'phase' | 'wanted' | 'queuedAt'>): boolean {
  const { queuedAt = null } = server
  return queuedAt !== null && server.wanted === 'running' && server.phase === 'stopped'
}

/** Ready, and not on its way out. */
export function isReady(server: Pick<ServerRecord, 'phase' | 'wanted'>): boolean {
  return server.phase === 'ready' && server.wanted === 'running'
}

/** Ready or pending (wire-contract §4.1). */
export function isActive(server: Pick<ServerRecord, 'phase' | 'wanted'>): boolean {
  return isReady(server) || pendingOf(server) !== null
}

/** `user/name`, JupyterHub's full name of a server; `user/` for the default one. */
export function fullName(user: string, server: string): string {
  return `${user}/${server}`
}

/** `user` or `user:name`, as JupyterHub's messages call a server. */
export function logName(user: string, server: string): string {
  return server === '' ? user : `${user}:${server}`
}
