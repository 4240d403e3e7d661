import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('/tokens', () => {
  it.each(['POST', 'PUT', 'PATCH'])('has no %s', async (method) => {
    const { call } = await openRig()
    expectError(await call(method, '/tokens'), 405, null)
  })
})
