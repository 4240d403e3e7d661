import { HubgateError } from '../base/errors.ts'

const MAYBE_APPLIED =
  'The hub lost its store in the middle of a change, which may or may not have been made. ' +
  'Look before you try again.'

export interface UnavailableOptions {
  /** Names the store, for the log. */
  store: string
  /** Whether a change may have been made all the same. */
  maybeApplied: boolean
  /** Why, for the log: an error without secrets, or words. */
  cause?: Error
  reason?: string
}

/** What a caller of a store gets that cannot be reached. */
export function unavailable(options: UnavailableOptions): HubgateError {
  const { store, maybeApplied, cause, reason } = options
  return new HubgateError('unavailable', maybeApplied ? MAYBE_APPLIED : undefined, {
    ...(cause !== undefined && { cause }),
    detail: {
      store,
      ...(reason !== undefined && { reason }),
      ...(maybeApplied && { maybeApplied }),
    },
  })
}
