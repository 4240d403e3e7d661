import { describe, expect, it } from 'vitest'
import { ADA, expectError, OPS, openRig } from '../harness.ts'

describe('GET /info', () => {
  it('needs read:hub', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('GET', '/info', ADA), 403, /requires any of \[read:hub\]$/)
    expectError(await call('GET', '/info', null), 403, 'Missing or invalid credentials.')
    const narrow = await tokenOf('ops', ['list:users'])
    expectError(await call('GET', '/info', narrow), 403, /requires any of \[read:hub\]$/)
  })

  it('is not for notebook tokens', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['access:servers'])
    expectError(await call('GET', '/info', token), 403, /^This is a notebook token/)
  })
})

describe('GET /user', () => {
  it('answers without a text to nobody', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/user', null), 403, null)
    expectError(await call('GET', '/user', 'unknown-token'), 403, null)
  })
})

describe('a narrower role', () => {
  it('takes effect at the next request', async () => {
    const role = { name: 'reader', scopes: ['list:users'], users: ['ada'] }
    const config = { api_tokens: { [ADA]: 'ada', [OPS]: 'ops' } }
    const { call, hub } = await openRig({ config: { ...config, load_roles: [role] } })
    expect((await call('GET', '/users', ADA)).status).toBe(200)
    hub.reload({ ...config, load_roles: [] })
    expect((await call('GET', '/users', ADA)).status).toBe(403)
  })
})
