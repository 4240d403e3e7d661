import { Socket } from 'node:net'
import { systemClock } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { openLog } from '../base/log.ts'
import { sealCopy } from '../config/seal.ts'
import type { Gateway } from '../edge/gateway.ts'
import { openGateway } from '../edge/gateway.ts'
import type { Collected } from '../metrics/collected.ts'
import type { Store } from '../store/port.ts'
import { openRemote } from '../store/remote/remote-store.ts'
import type { FromWorker, Task, ToWorker } from './messages.ts'
import { STORE_FD } from './messages.ts'
import { Questions } from './questions.ts'

/** How long the supervisor may take to hear from all workers, in milliseconds. */
const SCRAPE_PATIENCE_MS = 5_000

export interface WorkerProgram {
  /** What is told of an error; throws those that are faults of ours. */
  describe: (error: unknown) => string
  /** Called once, with the log. */
  prepare: (log: Log) => void
}

/**
 * One worker of several: a replica that its supervisor starts, feeds with connections and ends. It
 * does not outlive the supervisor: node:cluster ends it when their channel closes.
 */
export class WorkerProcess {
  readonly #program: WorkerProgram
  readonly #scrapes = new Questions<Collected[]>()
  #gateway: Gateway | undefined
  #ending = false

  /** @throws TypeError in a process that no supervisor has started */
  constructor(program: WorkerProgram) {
    this.#program = program
    if (process.send === undefined) throw new TypeError('Workers are started by hubgate start.')
    process.on('message', (message) => this.#receive(message as ToWorker))
    // A terminal sends it to all processes; the supervisor says what is to be done.
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => void this.#end())
  }

  #receive(message: ToWorker): void {
    if (message.kind === 'start') void this.#start(message)
    else if (message.kind === 'end') void this.#end()
    else if (message.kind === 'login') this.#gateway?.hearLogin(message.attempt)
    else if (message.kind === 'collect') void this.#collect(message.id)
    else this.#scrapes.answer(message.id, message.parts)
  }

  async #start(task: Task): Promise<void> {
    const snapshot = sealCopy(task.snapshot)
    const log = openLog(snapshot.config.log_level).child({ worker: task.number })
    this.#program.prepare(log)
    try {
      const gateway = await openGateway({
        snapshot,
        overrides: task.overrides,
        madeUpPassword: task.madeUpPassword,
        clock: systemClock,
        log,
        shared: {
          openStore: task.ownedStore === undefined ? undefined : this.#opener(task.ownedStore, log),
          tellLogin: (attempt) => void tell({ kind: 'login', attempt }),
          collectAll: () => this.#collectAll(),
        },
      })
      this.#gateway = gateway
      await tell({ kind: 'ready', url: gateway.url })
      await gateway.asked
      await tell({ kind: 'asked' })
    } catch (error) {
      await tell({ kind: 'failed', message: this.#program.describe(error) })
      process.exit(1)
    }
  }

  /** Opens the link to the owner of the store; without it the worker is of no use. */
  #opener(description: string, log: Log): () => Promise<Store> {
    const onLost = (): void => {
      if (this.#ending) return
      log.fatal('the link to the owner of the store is lost: the worker ends')
      process.exit(1)
    }
    return () => {
      const stream = new Socket({ fd: STORE_FD, readable: true, writable: true })
      return openRemote({ stream, description, log, onLost })
    }
  }

  async #collect(id: number): Promise<void> {
    const part = await this.#gateway?.collect()
    if (part !== undefined) await tell({ kind: 'collected', id, part })
  }

  async #collectAll(): Promise<Collected[]> {
    const ask = (id: number): void => void tell({ kind: 'scrape', id })
    const parts = await this.#scrapes.ask(ask, SCRAPE_PATIENCE_MS)
    if (parts !== undefined) return parts
    throw new HubgateError('unavailable', 'The workers cannot say what they measured.')
  }

  /** Drains and ends the process; at once when it does not serve yet. */
  async #end(): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    await this.#gateway?.close()
    process.exit(0)
  }
}

/** Never rejects: without a supervisor the process ends by itself. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || process.send === undefined) resolve()
    else process.send(message, undefined, undefined, () => resolve())
  })
}
