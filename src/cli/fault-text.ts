import { HubgateError } from '../base/errors.ts'
import { ConfigFaults } from '../config/faults.ts'
import { StoreOpenError } from '../store/open-error.ts'

/**
 * What a command tells of an error that whoever called it can put right.
 * @throws the error itself when it is a fault of ours
 */
export function faultText(error: unknown): string {
  const isTheirs =
    error instanceof HubgateError ||
    error instanceof ConfigFaults ||
    error instanceof StoreOpenError
  if (!isTheirs) throw error
  return error.message
}
