import { describe, expect, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('other methods', () => {
  it.each([
    ['POST', '/servers'],
    ['DELETE', '/servers'],
    ['GET', '/users/ada/admin-access'],
    ['POST', '/users/ada/server/progress'],
    ['HEAD', '/users/ada/server'],
  ])('%s %s', async (method, path) => {
    const { call } = await openRig()
    const answer = await call(method, path)
    expect(answer.status).toBe(405)
    if (method !== 'HEAD') expectError(answer, 405, null)
  })
})
