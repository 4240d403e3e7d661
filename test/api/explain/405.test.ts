import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('/authorize/explain', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('has no %s', async (method) => {
    const { call } = await openRig()
    expectError(await call(method, '/authorize/explain'), 405, null)
  })
})
