import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('/authorizations', () => {
  it.each([
    ['GET', '/authorizations/token'],
    ['PUT', '/authorizations/token'],
    ['POST', '/authorizations/token/nonsense'],
    ['DELETE', '/authorizations/token/nonsense'],
    ['POST', '/authorizations/cookie/hubgate-login/nonsense'],
  ])('has no %s %s', async (method, path) => {
    const { call } = await openRig()
    expectError(await call(method, path), 405, null)
  })
})
