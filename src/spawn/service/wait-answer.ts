import { setTimeout as sleep } from 'node:timers/promises'
import { probe } from '../probe.ts'

const ATTEMPT_EVERY_MS = 100
/** What one attempt may take. */
const ATTEMPT_MS = 5_000

/**
 * Waits until a service answers a `GET` with a status below 500 (wire-contract §7, §5.5). It is sent
 * no credential.
 * @param signal aborted when nobody waits any more
 * @returns whether it answered in time; false as well when nobody waits any more
 */
export async function waitAnswer(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  while (!over.aborted) {
    const result = await probe(url, { timeoutMs: ATTEMPT_MS, signal: over })
    if (result.kind === 'answered' && result.status < 500) return true
    await sleep(ATTEMPT_EVERY_MS, undefined, { signal: over }).catch(() => undefined)
  }
  return false
}
