import { expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

it('says nothing of an unknown error', async () => {
  const { call, hub } = await openRig()
  hub.store.list = () => Promise.reject(new Error('secret detail'))
  const answer = await call('GET', '/users', OPS)
  expectError(answer, 500, 'Internal Server Error')
  expect(answer.text).not.toContain('secret')
})
