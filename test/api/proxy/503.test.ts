import { describe, expect, it } from 'vitest'
import { HubgateError } from '../../../src/base/errors.ts'
import { expectError, openRig } from '../harness.ts'

describe('POST /proxy', () => {
  it('says so when the store cannot be read', async () => {
    const resync = () => Promise.reject(new HubgateError('unavailable'))
    const { call } = await openRig({ resync })
    const answer = await call('POST', '/proxy')
    expectError(answer, 503, /^The hub cannot reach its store/)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
