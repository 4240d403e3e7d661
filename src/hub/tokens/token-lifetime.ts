import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../context.ts'

/** JupyterHub's words (wire-contract §1.8). */
const tooLong = (wanted: number, most: number): string =>
  `token expires_in: ${wanted} must not exceed ${most}`

/**
 * When a token ends that is made now for so many seconds, within `token_expires_in_max_seconds`:
 * under a limit a token for which nothing was said gets the longest life there is.
 * @param wanted seconds; null or undefined when nothing was said
 * @param words the text for a life that is too long
 * @returns milliseconds since the epoch, or null for never
 * @throws HubgateError `bad_request` for less than a second and for more than the limit. Never is
 *   said by saying nothing: JupyterHub before 6.1 took 0 for it, past the limit
 */
export function tokenExpiry(
  hub: HubContext,
  wanted: number | null | undefined,
  words: (wanted: number, most: number) => string = tooLong,
): number | null {
  const most = hub.snapshot().config.token_expires_in_max_seconds
  if (wanted != null && wanted < 1) {
    throw new HubgateError(
      'bad_request',
      `expires_in must be a positive integer or null, not ${wanted}`,
    )
  }
  if (most > 0 && wanted != null && wanted > most) {
    throw new HubgateError('bad_request', words(wanted, most))
  }
  const lifetime = wanted ?? (most > 0 ? most : undefined)
  return lifetime === undefined ? null : hub.clock.now() + seconds(lifetime)
}
