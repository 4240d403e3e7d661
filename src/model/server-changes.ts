import type { JsonObject } from './json.ts'
import type { NotebookAuth, ServerFailure, ServerRecord } from './server.ts'

/*
 * The allowed changes of a server's record (design.md §6), pure. A request changes what is wanted;
 * the reconciler, and nobody else, changes the phase. A start for which there is no room waits in
 * the queue until it is let in, and only then does the reconciler take it up:
 *
 *   stopped ──startWanted──▶ (wanted running) ──spawning──▶ spawning ──ready──▶ ready
 *      ▲                                                       │                 │ stopWanted
 *      └──────────────────── settled ◀── stopping ◀────────────┴─────────────────┘
 */

const AT_REST = {
  wanted: 'stopped',
  phase: 'stopped',
  deadline: null,
  queuedAt: null,
  runId: null,
  started: null,
  url: null,
  secret: null,
  spawnerState: null,
} as const

/** A server nobody has started yet. */
export function newServer(about: {
  id: string
  user: string
  userId: string
  name: string
  displayName: string
  userOptions: JsonObject | null
  by: string
  now: number
}): ServerRecord {
  const { now, ...given } = about
  return { ...AT_REST, ...given, created: now, since: now, failure: null, remove: false }
}

/** What may be said of a server that is stopped; what is left out stays. */
export interface ServerEdit {
  name?: string | undefined
  displayName?: string | undefined
  userOptions?: JsonObject | undefined
}

/** A stopped server with another name, display name or options: the same server all the same. */
export function edited(server: ServerRecord, edit: ServerEdit): ServerRecord {
  const { name = server.name } = edit
  return {
    ...server,
    name,
    displayName: edit.displayName ?? server.displayName,
    userOptions: edit.userOptions ?? server.userOptions,
    // Why its last start failed is told under the name under which it failed.
    failure: name === server.name ? server.failure : null,
  }
}

/** Somebody asked for a stopped server to run. */
export function startWanted(
  server: ServerRecord,
  wish: {
    runId: string
    auth: NotebookAuth
    secret: string
    by: string
    now: number
    deadline: number
    /** It waits for room. */
    queued?: boolean
  },
): ServerRecord {
  return {
    ...server,
    wanted: 'running',
    phase: 'stopped',
    since: wish.now,
    by: wish.by,
    deadline: wish.deadline,
    queuedAt: wish.queued === true ? wish.now : null,
    runId: wish.runId,
    started: wish.now,
    url: null,
    auth: wish.auth,
    secret: wish.secret,
    spawnerState: null,
    failure: null,
    remove: false,
  }
}

/** There is room for a start that waited: its time begins now. */
export function letIn(
  server: ServerRecord,
  { now, deadline }: { now: number; deadline: number },
): ServerRecord {
  return { ...server, queuedAt: null, since: now, started: now, deadline }
}

/** Somebody asked for a server to stop, and perhaps to be forgotten. */
export function stopWanted(
  server: ServerRecord,
  wish: { by: string; now: number; deadline: number; remove: boolean },
): ServerRecord {
  return {
    ...server,
    wanted: 'stopped',
    since: server.wanted === 'stopped' ? server.since : wish.now,
    by: wish.by,
    deadline: server.wanted === 'stopped' ? server.deadline : wish.deadline,
    queuedAt: null,
    remove: server.remove || wish.remove,
  }
}

/** The spawner decided what the run will be; from here on it may exist. */
export function spawning(server: ServerRecord, state: JsonObject, now: number): ServerRecord {
  return { ...server, phase: 'spawning', spawnerState: state, since: now }
}

/** The run answers at the url. */
export function ready(server: ServerRecord, url: string, now: number): ServerRecord {
  return { ...server, phase: 'ready', url, since: now, deadline: null }
}

/** The run is being ended. */
export function stopping(server: ServerRecord, now: number): ServerRecord {
  return { ...server, phase: 'stopping', url: null, since: now }
}

/** The run is over and nothing of it is left. */
export function settled(
  server: ServerRecord,
  failure: ServerFailure | null,
  now: number,
): ServerRecord {
  return { ...server, ...AT_REST, since: now, failure }
}

/** Why a start ended that its owner called off. */
export function cancelled(now: number): ServerFailure {
  return { at: now, status: 400, reason: 'cancelled', message: 'Spawn cancelled', output: '' }
}
