import type { ServerRecord } from '../../model/server.ts'
import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { readServer } from './server-store.ts'

/** Wakes whoever waits for a change of some keys, or of what is below them; a change while nobody waits is not lost. */
export class ChangeSignal implements Disposable {
  readonly #stop: () => void
  #changed = false
  #wake: (() => void) | undefined

  constructor(hub: HubContext, watched: readonly Key[]) {
    this.#stop = hub.store.watch((event) => {
      const hit =
        event.kind === 'gap' || event.keys.some((key) => watched.some((one) => isBelow(one, key)))
      if (!hit) return
      this.#changed = true
      this.#wake?.()
    })
  }

  /** Resolves at the next change, at once if there was one since the last call, or when aborted. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      signal.addEventListener('abort', this.#wake)
      await promise
      signal.removeEventListener('abort', this.#wake)
      this.#wake = undefined
    }
    this.#changed = false
  }

  [Symbol.dispose](): void {
    this.#stop()
  }
}

function isBelow(prefix: Key, key: Key): boolean {
  return prefix.every((part, i) => part === key[i])
}

/**
 * Waits until a server's record satisfies a condition.
 * @param done sees the record, undefined when there is none
 * @param timeoutMs milliseconds
 * @returns the record when the condition held, or as it was when the time was up
 */
export async function waitUntil(
  hub: HubContext,
  user: string,
  name: string,
  done: (server: ServerRecord | undefined) => boolean,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ServerRecord | undefined> {
  using changes = new ChangeSignal(hub, [keys.server(user, name)])
  const timeout = AbortSignal.timeout(timeoutMs)
  const over = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  for (;;) {
    const server = (await readServer(hub, user, name))?.value
    if (done(server) || over.aborted) return server
    await changes.next(over)
  }
}
