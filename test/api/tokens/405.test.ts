import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('tokens of a user', () => {
  it.each([
    ['PUT', '/users/ada/tokens'],
    ['PATCH', '/users/ada/tokens'],
    ['DELETE', '/users/ada/tokens'],
    ['POST', '/users/ada/tokens/a1'],
    ['PATCH', '/users/ada/tokens/a1'],
  ])('has no %s %s', async (method, path) => {
    const { call } = await openRig()
    expectError(await call(method, path), 405, null)
  })
})
