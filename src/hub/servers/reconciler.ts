import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../../base/clock.ts'
import { stopwatch } from '../../metrics/measures.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isQueued, isReady, logName } from '../../model/server.ts'
import type { Spawner } from '../../spawn/port.ts'
import type { HubContext } from '../context.ts'
import { holdLease, LEASE_RETRY_MS } from '../leases.ts'
import type { Step } from './end-run.ts'
import { buryRun, stopRun } from './end-run.ts'
import { Rounds } from './rounds.ts'
import { isSettled, readServer } from './server-store.ts'
import { StartQueue } from './start-queue.ts'
import { completeRun, prepareRun } from './start-run.ts'

export interface ReconcilerOptions {
  /** Names this replica in leases. */
  holder: string
  /** The spawner of the configuration in force. */
  spawner: () => Spawner
}

/** The one activity of this process on one server. */
interface Worker {
  /** The record changed since the worker last read it. */
  noticed: boolean
  /** Called at each change of the record. */
  onNotice: () => void
  done: Promise<void>
}

/**
 * Drives every server's record to what is wanted (design.md §6). Any number of replicas may run
 * one: whoever holds a server's lease acts, and each write carries the lease's fence.
 */
export class Reconciler {
  readonly #hub: HubContext
  readonly #options: ReconcilerOptions
  readonly #workers = new Map<string, Worker>()
  /** By server: the run that this process has prepared and not launched. */
  readonly #prepared = new Map<string, { runId: string | null }>()
  readonly #ending = new AbortController()
  readonly #rounds: Rounds
  readonly #queue: StartQueue
  #unwatch: (() => void) | undefined
  #regular: Promise<void> | undefined

  constructor(hub: HubContext, options: ReconcilerOptions) {
    this.#hub = hub
    this.#options = options
    this.#queue = new StartQueue(hub, options.holder)
    this.#rounds = new Rounds(hub, {
      look: (server) => this.#look(server),
      signal: this.#ending.signal,
    })
  }

  /** Begins to act; returns at once, what survived is looked at in the background (invariant 11). */
  start(): void {
    this.#unwatch = this.#hub.store.watch((event) => {
      if (event.kind === 'gap') void this.#rounds.run()
      else for (const key of event.keys) this.#notice(key)
    })
    this.#regular = this.#lookRegularly()
    this.#queue.start()
  }

  /** Stops acting and gives leases up; the servers go on as they are. */
  async close(): Promise<void> {
    this.#unwatch?.()
    this.#ending.abort()
    await Promise.all([...this.#workers.values()].map((worker) => worker.done))
    await Promise.all([this.#regular, this.#queue.close()])
  }

  /** Looks at once whether a server that is thought to run is alive, and records it when it is not. */
  async verify(user: string, name: string): Promise<void> {
    const server = (await readServer(this.#hub, user, name))?.value
    if (server === undefined || !isReady(server)) return
    await this.#verify(server)
  }

  #notice([kind, user, name]: readonly string[]): void {
    if (kind !== 'server' || user === undefined || name === undefined) return
    const worker = this.#workers.get(serverKey(user, name))
    if (worker === undefined) this.#work(user, name)
    else {
      worker.noticed = true
      worker.onNotice()
    }
  }

  async #lookRegularly(): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      await this.#rounds.run()
      const pause = seconds(this.#hub.snapshot().config.spawner.poll_interval)
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Takes up what is pending, and looks whether what should run does. */
  async #look(server: ServerRecord): Promise<void> {
    if (isReady(server)) await this.#verify(server)
    else this.#work(server.user, server.name)
  }

  async #verify(server: ServerRecord): Promise<void> {
    const { user, name } = server
    const elapsed = stopwatch()
    const state = await this.#options.spawner().poll(server.spawnerState ?? {})
    this.#hub.metrics?.serverPolled(state.running ? 'running' : 'stopped', elapsed())
    if (state.running) return
    const bury = async (step: Step) => {
      if (step.entry.value.runId !== server.runId || !isReady(step.entry.value)) return
      this.#hub.log.warn({ server: logName(user, name) }, 'server died')
      await buryRun(step, state.message)
    }
    await this.#employ(user, name, async () => {
      await this.#withLease(server, bury)
      return true
    })
  }

  #work(user: string, name: string): void {
    void this.#employ(user, name, (worker) => this.#drive(user, name, worker))
  }

  /** Runs one task at a time for a server; a change that it missed is taken up afterwards. */
  async #employ(
    user: string,
    name: string,
    task: (worker: Worker) => Promise<boolean>,
  ): Promise<void> {
    const key = serverKey(user, name)
    if (this.#ending.signal.aborted) return
    const busy = this.#workers.get(key)
    if (busy !== undefined) return busy.done
    const worker: Worker = { noticed: false, onNotice: () => undefined, done: Promise.resolve() }
    this.#workers.set(key, worker)
    const run = async (): Promise<void> => {
      const finished = await task(worker).catch((error: unknown) => {
        this.#hub.log.error({ err: error, server: logName(user, name) }, 'reconciler failed')
        return false
      })
      this.#workers.delete(key)
      if (finished && worker.noticed) this.#work(user, name)
      if (!finished) this.#workLater(user, name)
    }
    worker.done = run()
    await worker.done
  }

  #workLater(user: string, name: string): void {
    const { signal } = this.#ending
    delay(LEASE_RETRY_MS, undefined, { signal, ref: false }).then(
      () => this.#work(user, name),
      () => undefined,
    )
  }

  /** @returns false when another replica has the lease: look again later */
  async #drive(user: string, name: string, worker: Worker): Promise<boolean> {
    while (!this.#ending.signal.aborted) {
      worker.noticed = false
      const server = (await readServer(this.#hub, user, name))?.value
      if (server === undefined || isAtRest(server)) return true
      if (!(await this.#withLease(server, (step) => this.#act(step, worker)))) return false
    }
    return true
  }

  async #withLease(server: ServerRecord, work: (step: Step) => Promise<void>): Promise<boolean> {
    const key = serverKey(server.user, server.name)
    const held = await holdLease(this.#hub, `server/${key}`, this.#options.holder)
    if (held === undefined) return false
    const prepared = this.#prepared.get(key) ?? { runId: null }
    this.#prepared.set(key, prepared)
    try {
      const entry = await readServer(this.#hub, server.user, server.name)
      if (entry === undefined) return true
      const signal = AbortSignal.any([held.lost, this.#ending.signal])
      const spawner = this.#options.spawner()
      await work({ hub: this.#hub, spawner, entry, lease: held.lease, signal, prepared })
      return true
    } finally {
      if (prepared.runId === null) this.#prepared.delete(key)
      await held.release()
    }
  }

  /** Takes every step that the record asks for, under one lease. */
  async #act(first: Step, worker: Worker): Promise<void> {
    let step = first
    while (!first.signal.aborted && !isAtRest(step.entry.value)) {
      const { user, name } = step.entry.value
      const changed = this.#wishChanged(step.entry.value, worker)
      await this.#take({ ...step, signal: AbortSignal.any([first.signal, changed]) })
      worker.onNotice = () => undefined
      const entry = await readServer(this.#hub, user, name)
      if (entry === undefined) return
      step = { ...first, entry }
    }
  }

  async #take(step: Step): Promise<void> {
    const { wanted, phase } = step.entry.value
    if (wanted === 'stopped') await stopRun(step)
    else if (phase === 'stopped') await prepareRun(step)
    else await completeRun(step)
  }

  /** Aborted as soon as somebody wants something else of the server. */
  #wishChanged({ user, name, wanted }: ServerRecord, worker: Worker): AbortSignal {
    const changed = new AbortController()
    const look = async () => {
      const now = (await readServer(this.#hub, user, name))?.value
      if (now?.wanted !== wanted) changed.abort()
    }
    worker.onNotice = () => void look().catch(() => undefined)
    worker.onNotice()
    return changed.signal
  }
}

/** Whether there is nothing to do now: a start in the queue waits until it is let in. */
function isAtRest(server: ServerRecord): boolean {
  return isSettled(server) || isQueued(server)
}

function serverKey(user: string, name: string): string {
  return JSON.stringify([user, name])
}
