import { seconds } from '../../base/clock.ts'
import type { ServerFailure, ServerRecord } from '../../model/server.ts'
import { isQueued, logName, pendingOf } from '../../model/server.ts'
import { letIn, settled } from '../../model/server-changes.ts'
import type { Lease } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { holdLease } from '../leases.ts'
import { tellFailedStart } from './server-measures.ts'
import type { ServerEntry } from './server-store.ts'
import { writeServer } from './server-store.ts'
import { ChangeSignal } from './server-wait.ts'

/** Milliseconds after which the queue is looked at even if nothing was heard: deadlines pass silently. */
const LOOK_MS = 1000

/** A start that waits, in the order of the queue. */
interface Waiting {
  user: string
  name: string
}

/** Where somebody stands in the queue; both count from 1. */
export interface QueuePlace {
  position: number
  length: number
}

/** All starts that wait, the one that is next first; through the cache. */
function waitingStarts(hub: HubContext): Promise<Waiting[]> {
  return hub.cache.list<Waiting>(keys.startQueue())
}

/** @returns undefined for a server whose start does not wait */
export async function queuePlaceOf(
  hub: HubContext,
  { user, name }: Pick<ServerRecord, 'user' | 'name'>,
): Promise<QueuePlace | undefined> {
  const waiting = await waitingStarts(hub)
  const index = waiting.findIndex((one) => one.user === user && one.name === name)
  return index < 0 ? undefined : { position: index + 1, length: waiting.length }
}

/** How many servers are starting; those that wait for that, and those that stop, are none of them. */
async function countStarting(hub: HubContext, waiting: readonly Waiting[]): Promise<number> {
  const apart = new Set(waiting.map(({ user, name }) => JSON.stringify([user, name])))
  const pending = (await hub.store.list(keys.pendingServers()))
    .map(({ key: [, user = '', name = ''] }) => [user, name] as const)
    .filter((place) => !apart.has(JSON.stringify(place)))
  if (pending.length === 0) return 0
  const found = await hub.store.getMany<ServerRecord>(pending.map((place) => keys.server(...place)))
  return found.filter((entry) => entry !== undefined && pendingOf(entry.value) === 'spawn').length
}

function waitedTooLong(now: number): ServerFailure {
  return {
    at: now,
    status: 429,
    reason: 'throttled',
    message: 'Too many other servers were starting, and the time to wait for room is over.',
    output: '',
  }
}

async function giveUp(hub: HubContext, entry: ServerEntry, lease: Lease): Promise<void> {
  const now = hub.clock.now()
  const failure = waitedTooLong(now)
  const server = settled(entry.value, failure, now)
  if (!(await writeServer(hub, entry, server, { fence: lease }))) return
  tellFailedStart(hub, entry.value, failure)
  hub.log.warn({ server: logName(server.user, server.name) }, 'start waited too long for room')
}

/** @returns whether it may start now; else its record changed meanwhile */
function admit(hub: HubContext, entry: ServerEntry, lease: Lease): Promise<boolean> {
  const { start_timeout, http_timeout } = hub.snapshot().config.spawner
  const now = hub.clock.now()
  const server = letIn(entry.value, { now, deadline: now + seconds(start_timeout + http_timeout) })
  return writeServer(hub, entry, server, { fence: lease })
}

/**
 * Ends the waiting of those whose time is over, and lets in as many as there is room for, in their
 * order.
 * @param lease held by whoever does this alone: two at once would let in too many
 * @param signal aborted when the lease is lost
 */
async function serveQueue(hub: HubContext, lease: Lease, signal: AbortSignal): Promise<void> {
  const waiting = (await hub.store.list<Waiting>(keys.startQueue())).map(({ value }) => value)
  if (waiting.length === 0) return
  const limit = hub.snapshot().config.concurrent_spawn_limit
  let room = limit === 0 ? waiting.length : limit - (await countStarting(hub, waiting))
  const wanted = waiting.map(({ user, name }) => keys.server(user, name))
  for (const entry of await hub.store.getMany<ServerRecord>(wanted)) {
    if (signal.aborted) return
    if (entry === undefined || !isQueued(entry.value)) continue
    if ((entry.value.deadline ?? 0) <= hub.clock.now()) await giveUp(hub, entry, lease)
    else if (room > 0 && (await admit(hub, entry, lease))) room -= 1
  }
}

/**
 * The queue of starts for which there was no room (`concurrent_spawn_limit`). It is nothing but the
 * servers' records and an index of them, so any replica may die at any moment: each runs one of
 * these, and whoever gets the lease lets the next in. Each wait has a deadline.
 */
export class StartQueue {
  readonly #hub: HubContext
  readonly #holder: string
  readonly #ending = new AbortController()
  #loop: Promise<void> | undefined

  /** @param holder names this replica in leases */
  constructor(hub: HubContext, holder: string) {
    this.#hub = hub
    this.#holder = holder
  }

  /** Begins to let starts in; returns at once. */
  start(): void {
    this.#loop = this.#run()
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending
    using changes = new ChangeSignal(this.#hub, [keys.startQueue(), keys.pendingServers()])
    while (!signal.aborted) {
      await this.#round(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#hub.log.warn({ err: error }, 'could not look at the start queue')
      })
      await changes.next(AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]))
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    if ((await waitingStarts(this.#hub)).length === 0) return
    const held = await holdLease(this.#hub, 'start-queue', this.#holder)
    if (held === undefined) return
    try {
      await serveQueue(this.#hub, held.lease, AbortSignal.any([signal, held.lost]))
    } finally {
      await held.release()
    }
  }
}
