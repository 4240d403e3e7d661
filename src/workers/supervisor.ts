import cluster from 'node:cluster'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { LoadOptions } from '../config/load.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { LiveConfig } from '../edge/reload.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/port.ts'
import { serveStore } from '../store/remote/serve.ts'
import { Measurements } from './measurements.ts'
import type { FromWorker, LoginNotice, Task } from './messages.ts'
import { WorkerSlot } from './slot.ts'

/** When no worker serves and each has failed so often in a row, there is no hope; another start may help. */
const HOPELESS = 5

/** How long workers may take to drain beyond `listen.drain_delay`, in milliseconds; then they are killed. */
const DRAIN_MS = seconds(40)

export interface SupervisorOptions {
  /** The program that a worker runs. */
  program: string
  /** How many. */
  workers: number
  snapshot: Snapshot
  /** What the command line said; with a port that is not 0. */
  overrides: NonNullable<LoadOptions['overrides']>
  madeUpPassword: string | undefined
  clock: Clock
  log: Log
}

/** Runs the workers of one replica on one port. */
export interface Supervisor {
  /** Where they are reached, without a slash at the end. */
  readonly url: string
  /**
   * Resolves when somebody asked over the API that the whole hub ends; rejects when no worker can be
   * kept running.
   */
  readonly asked: Promise<void>
  /** Has all workers drain together and end; servers go on running. */
  close(): Promise<void>
}

/**
 * Starts the workers and waits until all of them serve. The supervisor takes the connections and
 * deals them out; a store that is a file is opened here, and only here (docs/adr/0008-workers.md).
 * @throws HubgateError when a worker cannot start, StoreOpenError when the store cannot be opened
 */
export async function openWorkers(options: SupervisorOptions): Promise<Supervisor> {
  const { snapshot, clock, log } = options
  const url = snapshot.config.store
  const owned = url.startsWith('sqlite:') ? await openStore(url, { clock, log }) : undefined
  // Workers tell of reloads themselves; here it is only known what the next one begins with.
  const live = new LiveConfig(snapshot, {
    log: log.child({}, { level: 'silent' }),
    overrides: options.overrides,
    onSwap: () => Promise.resolve(),
  })
  const supervisor = new Workers(options, live, owned)
  try {
    await supervisor.start()
    return supervisor
  } catch (error) {
    await supervisor.close()
    throw error
  }
}

class Workers implements Supervisor {
  readonly #options: SupervisorOptions
  readonly #live: LiveConfig
  readonly #owned: Store | undefined
  readonly #measurements = new Measurements()
  readonly #slots: WorkerSlot[]
  readonly #asked = Promise.withResolvers<void>()
  #started = false
  #url = ''

  constructor(options: SupervisorOptions, live: LiveConfig, owned: Store | undefined) {
    this.#options = options
    this.#live = live
    this.#owned = owned
    cluster.schedulingPolicy = cluster.SCHED_RR
    cluster.setupPrimary({
      exec: options.program,
      args: [],
      // 3 is Node's own channel; the link to the store comes behind it (STORE_FD).
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(owned === undefined ? [] : ['pipe'])],
      serialization: 'advanced',
    })
    this.#slots = Array.from({ length: options.workers }, (_, i) => this.#slot(i + 1))
    this.#asked.promise.catch(() => undefined)
  }

  get url(): string {
    return this.#url
  }

  get asked(): Promise<void> {
    return this.#asked.promise
  }

  async start(): Promise<void> {
    const [url = ''] = await Promise.all(this.#slots.map((slot) => slot.start()))
    this.#url = url
    this.#started = true
    this.#options.log.info({ url, workers: this.#slots.length }, 'all workers are ready')
  }

  async close(): Promise<void> {
    const patience = new AbortController()
    const limit = seconds(this.#live.current.config.listen.drain_delay) + DRAIN_MS
    const late = delay(this.#started ? limit : 0, undefined, { signal: patience.signal })
    const killed = late.then(() => this.#kill()).catch(() => undefined)
    await Promise.all(this.#slots.map((slot) => slot.close()))
    patience.abort()
    await killed
    await this.#live.close()
    await this.#owned?.close()
  }

  #kill(): void {
    for (const slot of this.#slots) slot.kill()
  }

  #slot(number: number): WorkerSlot {
    const { log } = this.#options
    const store = this.#owned
    return new WorkerSlot({
      number,
      log,
      task: () => this.#task(number),
      onLink: store && ((link: Socket) => serveStore(store, link, log.child({ worker: number }))),
      onMessage: (slot, message) => this.#receive(slot, message),
      onChange: (slot) => this.#onChange(slot),
    })
  }

  #task(number: number): Task {
    const { overrides, madeUpPassword } = this.#options
    return {
      kind: 'start',
      number,
      snapshot: this.#live.current,
      overrides,
      madeUpPassword,
      ownedStore: this.#owned?.description,
    }
  }

  #receive(slot: WorkerSlot, message: FromWorker): void {
    if (message.kind === 'asked') this.#asked.resolve()
    else if (message.kind === 'collected') this.#measurements.answer(message.id, message.part)
    else if (message.kind === 'login') this.#tellOthers(slot, message)
    else if (message.kind === 'scrape') void this.#scrape(slot, message.id)
  }

  #tellOthers(teller: WorkerSlot, notice: LoginNotice): void {
    for (const slot of this.#slots) if (slot !== teller) slot.send(notice)
  }

  async #scrape(slot: WorkerSlot, id: number): Promise<void> {
    const parts = await this.#measurements.collect(this.#slots)
    slot.send({ kind: 'scraped', id, parts })
  }

  #onChange(slot: WorkerSlot): void {
    if (!this.#started) return
    if (slot.isReady) this.#measurements.restarted()
    else this.#measurements.gone(slot.number)
    if (this.#slots.some((one) => one.isReady || one.failures < HOPELESS)) return
    this.#asked.reject(
      new HubgateError('unavailable', 'No worker can be kept running: see the log.'),
    )
  }
}
