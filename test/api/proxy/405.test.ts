import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe('/proxy', () => {
  it.each(['PUT', 'DELETE'])('has no %s', async (method) => {
    const { call } = await openRig()
    expectError(await call(method, '/proxy'), 405, null)
  })
})
