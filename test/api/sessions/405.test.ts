import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('sessions of a user', () => {
  it.each([
    ['POST', '/users/ada/sessions'],
    ['PUT', '/users/ada/sessions'],
    ['PATCH', '/users/ada/sessions'],
    ['GET', '/users/ada/sessions/0123456789abcdef0123456789abcdef'],
    ['POST', '/users/ada/sessions/0123456789abcdef0123456789abcdef'],
  ])('has no %s %s', async (method, path) => {
    const { call } = await openRig()
    expectError(await call(method, path), 405, null)
  })
})
