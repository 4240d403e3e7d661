import type { Worker } from 'node:cluster'
import cluster from 'node:cluster'
import { Socket } from 'node:net'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { STORE_FD } from './messages.ts'
import { restartPause } from './restart-pause.ts'
import { closeStranded } from './stranded.ts'

export interface SlotOptions {
  number: number
  log: Log
  /** What a new worker is told first. */
  task: () => ToWorker
  /** Takes a new worker's link to the store, where the supervisor owns it. */
  onLink: ((link: Socket) => void) | undefined
  /** A message that is not about the worker's own life. */
  onMessage: (slot: WorkerSlot, message: FromWorker) => void
  /** It has begun to serve, or has ended. */
  onChange: (slot: WorkerSlot) => void
}

/**
 * The place of one worker. Once one has served here, whoever is in it is replaced when it ends, until
 * the slot is closed.
 */
export class WorkerSlot {
  readonly number: number
  readonly #options: SlotOptions
  readonly #first = Promise.withResolvers<string>()
  #worker: Worker | undefined
  #exited: Promise<void> = Promise.resolve()
  #readyAt: number | undefined
  #hasServed = false
  #failures = 0
  /** What the worker said before it ended. */
  #reason: string | undefined
  #timer: NodeJS.Timeout | undefined
  #closing = false

  constructor(options: SlotOptions) {
    this.number = options.number
    this.#options = options
  }

  /** Whether a worker serves here. */
  get isReady(): boolean {
    return this.#readyAt !== undefined
  }

  /** How many workers in a row have ended before they served, or soon after; see `restartPause`. */
  get failures(): number {
    return this.#failures
  }

  /**
   * Starts the first worker.
   * @returns where it serves
   * @throws HubgateError when it does not come to serve, with the reason
   */
  start(): Promise<string> {
    this.#run()
    return this.#first.promise
  }

  /** Tells the worker something, if there is one. */
  send(message: ToWorker): void {
    if (this.#worker?.isConnected() === true) this.#worker.send(message, ignore)
  }

  /** Has the worker drain and end, and starts no other. Resolves once it is gone. */
  close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#timer)
    this.send({ kind: 'end' })
    return this.#exited
  }

  /** Ends the worker at once. */
  kill(): void {
    this.#worker?.process.kill('SIGKILL')
  }

  #run(): void {
    let worker: Worker
    try {
      worker = cluster.fork()
    } catch (error) {
      // The system has no room for another process: there may be some after a pause.
      this.#onExit(String(error))
      return
    }
    this.#follow(worker)
  }

  #follow(worker: Worker): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    const ended = (how: string): void => {
      this.#onExit(how)
      resolve()
    }
    this.#worker = worker
    this.#exited = promise
    // Such as a message that came too late; `exit` follows where it matters.
    worker.on('error', (error) => {
      if (worker.process.pid === undefined) ended(String(error))
    })
    // It could not be started, and may have no channel; `error` follows.
    if (worker.process.pid === undefined) return
    closeStranded(worker)
    const link = worker.process.stdio[STORE_FD]
    if (link instanceof Socket) this.#options.onLink?.(link)
    worker.on('message', (message: FromWorker) => this.#receive(message))
    worker.once('exit', (code: number | null, signal: string | null) => {
      ended(signal ?? `code ${code}`)
    })
    this.send(this.#options.task())
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'ready') {
      this.#readyAt = performance.now()
      this.#hasServed = true
      this.#first.resolve(message.url)
      this.#options.onChange(this)
    } else if (message.kind === 'failed') {
      this.#first.reject(new HubgateError('unavailable', message.message))
      this.#reason = message.message
    } else this.#options.onMessage(this, message)
  }

  #onExit(how: string): void {
    const { log, onChange } = this.#options
    const livedMs = this.#readyAt === undefined ? 0 : performance.now() - this.#readyAt
    const reason = this.#reason
    this.#readyAt = undefined
    this.#reason = undefined
    this.#worker = undefined
    this.#first.reject(
      new HubgateError(
        'unavailable',
        `Worker ${this.number} ended (${how}) before it could serve.`,
      ),
    )
    const next = restartPause(this.#failures, livedMs)
    this.#failures = next.failures
    onChange(this)
    if (this.#closing || !this.#hasServed) return
    log.error(
      { event: 'worker', worker: this.number, how, reason, again_in_ms: next.pauseMs },
      'a worker ended: another takes its place',
    )
    this.#timer = setTimeout(() => this.#run(), next.pauseMs)
  }
}

function ignore(): void {
  // The worker is gone, which `exit` tells.
}
