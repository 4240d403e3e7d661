import { setTimeout as delay } from 'node:timers/promises'
import type { HubContext } from './context.ts'
import { holdLease, LEASE_RETRY_MS } from './leases.ts'

export interface BackgroundTask {
  /** Names the task in the log and its lease, so that it runs once, not once a replica. */
  name: string
  /** Milliseconds between rounds; asked before each. */
  everyMs: () => number
  /** One round. Its failure is logged and the next round comes all the same. */
  round: (signal: AbortSignal) => Promise<void>
}

/**
 * Runs a task again and again, on one replica at a time.
 * @param holder names this replica in leases
 */
export class Background {
  readonly #hub: HubContext
  readonly #holder: string
  readonly #ending = new AbortController()
  readonly #loops: Promise<void>[] = []

  constructor(hub: HubContext, holder: string) {
    this.#hub = hub
    this.#holder = holder
  }

  /** Takes a task up; the first round comes after the first pause. */
  add(task: BackgroundTask): void {
    this.#loops.push(this.#loop(task))
  }

  /** Ends all tasks; a round under way is finished first. */
  async close(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#loops)
  }

  /** Waits for its turn, and then keeps it until it ends or loses it. */
  async #loop(task: BackgroundTask): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const held = await holdLease(this.#hub, `background/${task.name}`, this.#holder).catch(
        () => undefined,
      )
      if (held === undefined) await this.#pause(LEASE_RETRY_MS, this.#ending.signal)
      else {
        const signal = AbortSignal.any([held.lost, this.#ending.signal])
        await this.#rounds(task, signal)
        await held.release().catch(() => undefined)
      }
    }
  }

  async #rounds(task: BackgroundTask, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#pause(task.everyMs(), signal)
      if (signal.aborted) return
      await task.round(signal).catch((error: unknown) => {
        this.#hub.log.warn({ err: error, task: task.name }, 'background task failed')
      })
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
