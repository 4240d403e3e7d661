import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { HubgateError } from '../base/errors.ts'
import type { Entry } from '../store/port.ts'
import type { HubContext } from './context.ts'
import { keys } from './keys.ts'
import { ChangeSignal } from './servers/server-wait.ts'
import { readEntry } from './shape.ts'

/** Before the store is asked again for what it could not answer, in milliseconds. */
const RETRY_MS = 500

/** That somebody wants the whole hub to end. */
export interface ShutdownWish {
  /** Milliseconds since the epoch. */
  at: number
  /** Who asked: a user's or service's name. */
  by: string
  /** Whether all servers are to be stopped first. */
  servers: boolean
}

const shutdownShape: z.ZodType<ShutdownWish> = z.looseObject({
  at: z.number(),
  by: z.string(),
  servers: z.boolean(),
})

/** Asks every replica on the store to end; those that start later are not meant. */
export async function requestShutdown(
  hub: HubContext,
  wish: { by: string; servers: boolean },
): Promise<void> {
  const { by, servers } = wish
  const value: ShutdownWish = { at: hub.clock.now(), by, servers }
  await hub.store.commit({ set: [{ key: keys.shutdown(), value }] })
}

/** Hears of the wish to end that comes after it was opened. */
export interface ShutdownListener {
  /** Never rejects; never resolves once the listener is closed. */
  readonly asked: Promise<ShutdownWish>
  close(): void
}

/**
 * Begins to listen for a {@link requestShutdown}. Open it before serving: what was asked before is
 * over.
 * @throws HubgateError `unavailable` when the store cannot be read
 */
export async function listenForShutdown(hub: HubContext): Promise<ShutdownListener> {
  const changes = new ChangeSignal(hub, [keys.shutdown()])
  const ending = new AbortController()
  const close = (): void => {
    ending.abort()
    changes[Symbol.dispose]()
  }
  try {
    const before = await hub.store.get(keys.shutdown())
    const { promise: asked, resolve } = Promise.withResolvers<ShutdownWish>()
    const listen = async (): Promise<void> => {
      const wish = await nextWish(hub, changes, before?.version, ending.signal)
      if (wish !== undefined) resolve(wish)
    }
    void listen()
    return { asked, close }
  } catch (error) {
    close()
    throw error
  }
}

async function nextWish(
  hub: HubContext,
  changes: ChangeSignal,
  known: string | undefined,
  signal: AbortSignal,
): Promise<ShutdownWish | undefined> {
  for (;;) {
    await changes.next(signal)
    if (signal.aborted) return undefined
    const entry = await readPatiently(hub, signal)
    if (entry !== undefined && entry.version !== known) return entry.value
  }
}

/** The record, however long the store is away; undefined when there is none, and for a broken one. */
async function readPatiently(
  hub: HubContext,
  signal: AbortSignal,
): Promise<Entry<ShutdownWish> | undefined> {
  while (!signal.aborted) {
    try {
      return await readEntry(hub, keys.shutdown(), shutdownShape)
    } catch (error) {
      if (!(error instanceof HubgateError && error.code === 'unavailable')) return undefined
      await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
  return undefined
}
