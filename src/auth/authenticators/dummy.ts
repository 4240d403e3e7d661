import { constantTimeEqual } from '../../base/hash.ts'
import type { Authenticator } from './port.ts'

/**
 * One password for everybody: for trying hubgate out, and for tests.
 * @throws TypeError for an empty password
 */
export function dummyAuthenticator(password: string): Authenticator {
  if (password === '') throw new TypeError('the dummy authenticator needs a password')
  return {
    kind: 'dummy',
    version: '1',
    authenticate: async (form) =>
      constantTimeEqual(password, form.password) ? { name: form.username } : null,
  }
}
