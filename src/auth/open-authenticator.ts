import type { Config } from '../config/schema.ts'
import { dummyAuthenticator } from './authenticators/dummy.ts'
import type { Authenticator } from './authenticators/port.ts'

/**
 * The authenticator that the configuration names.
 * @param madeUpPassword stands in for a password that the config leaves out
 * @throws TypeError when there is neither
 */
export function openAuthenticator(
  config: Config['authenticator'],
  madeUpPassword?: string,
): Authenticator {
  return dummyAuthenticator(config.password ?? madeUpPassword ?? '')
}
