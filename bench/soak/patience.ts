import { setTimeout as delay } from 'node:timers/promises'

const TICK_MS = 100

let awakeMs = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  awakeMs += Math.min(now - last, 2 * TICK_MS)
  last = now
}, TICK_MS).unref()

/** Milliseconds for which the machine did not stand still, as virtual ones do at times. */
export const awake = (): number => awakeMs

/** Waits so long, without what the machine stood still: for the deadlines of others. */
export async function patience(ms: number): Promise<void> {
  for (const end = awake() + ms; awake() < end; ) {
    await delay(Math.max(TICK_MS, end - awake()), undefined, { ref: false })
  }
}
