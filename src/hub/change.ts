import { setTimeout as sleep } from 'node:timers/promises'
import { HubgateError } from '../base/errors.ts'
import type { Store } from '../store/port.ts'
import type { HubContext } from './context.ts'

const MAX_ATTEMPTS = 40

/** Longest pause between two attempts, in milliseconds. */
const MAX_PAUSE_MS = 40

/** By store: the last of the changes that wait for their turn. */
const turns = new WeakMap<Store, Promise<unknown>>()

/** Runs one work at a time for a store, in the order asked for. */
function inTurn<Result>(store: Store, work: () => Promise<Result>): Promise<Result> {
  const turn = (turns.get(store) ?? Promise.resolve()).then(work)
  turns.set(
    store,
    turn.catch(() => undefined),
  )
  return turn
}

async function repeat<Result>(
  hub: HubContext,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  for (let round = 0; round < MAX_ATTEMPTS; round++) {
    const result = await attempt()
    if (result !== undefined) return result
    // The first repeat is at once; later ones at random times, or equals would keep colliding.
    if (round > 0) await sleep(Math.random() * Math.min(MAX_PAUSE_MS, 2 ** round))
  }
  hub.log.warn({ attempts: MAX_ATTEMPTS }, 'a change was given up: others keep changing the same')
  throw new HubgateError('unavailable', 'Too many changes at once. Try again soon.', {
    headers: { 'retry-after': '1' },
  })
}

/**
 * Makes a change that others may be making at the same time: reads, decides, commits with checks of
 * what was read, and begins anew when a check failed. Those of this process that begin anew do so
 * one after the other, so that only replicas contend.
 * @param attempt one round of it; answers undefined when its commit was not applied
 * @returns what the round that got through answered
 * @throws HubgateError `unavailable` when others were faster every time; whatever `attempt` throws
 */
export async function change<Result>(
  hub: HubContext,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  const result = await attempt()
  return result ?? inTurn(hub.store, () => repeat(hub, attempt))
}
