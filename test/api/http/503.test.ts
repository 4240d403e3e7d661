import { expect, it } from 'vitest'
import { HubgateError } from '../../../src/base/errors.ts'
import { ADA, OPS, openRig } from '../harness.ts'

it('answers 503 when the store is out of reach', async () => {
  const { call, hub } = await openRig()
  hub.store.get = () => Promise.reject(new HubgateError('unavailable'))
  expect((await call('GET', '/users/ada', ADA)).status).toBe(503)
})

it('answers 503, not 403, to a token that cannot be looked up', async () => {
  const { call, hub } = await openRig()
  hub.store.get = () => Promise.reject(new HubgateError('unavailable'))
  expect((await call('GET', '/users', 'a-token-that-nobody-could-check')).status).toBe(503)
  expect((await call('POST', '/users/dave', OPS)).status).toBe(503)
})
