import { setTimeout as sleep } from 'node:timers/promises'
import { HubgateError } from '../base/errors.ts'
import type { HubContext } from './context.ts'

const MAX_ATTEMPTS = 40

/** Longest pause between two attempts, in milliseconds. */
const MAX_PAUSE_MS = 40

/**
 * Makes a change that others may be making at the same time: reads, decides, commits with checks of
 * what was read, and begins anew when a check failed.
 * @param attempt one round of it; answers undefined when its commit was not applied
 * @returns what the round that got through answered
 * @throws HubgateError `unavailable` when others were faster every time; whatever `attempt` throws
 */
export async function change<Result>(
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
