import { describe, expect, it } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import { ADA, expectError, openRig, SERVICE } from '../harness.ts'

describe('POST /shutdown', () => {
  it('needs the scope', async () => {
    const { call, hub, tokenOf } = await openRig()
    for (const who of [ADA, SERVICE, await tokenOf('ops', ['proxy', 'admin:servers'])]) {
      expectError(await call('POST', '/shutdown', who), 403, /requires any of \[shutdown\]$/)
    }
    expect(await hub.store.get(keys.shutdown())).toBeUndefined()
  })

  it('needs to know who asks', async () => {
    const { call, hub } = await openRig()
    for (const who of [null, 'unknown-token']) {
      expectError(await call('POST', '/shutdown', who), 403, 'Missing or invalid credentials.')
    }
    expect(await hub.store.get(keys.shutdown())).toBeUndefined()
  })

  it('is not for notebook tokens', async () => {
    const { call, hub, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['access:servers'])
    expectError(await call('POST', '/shutdown', token), 403, /^This is a notebook token/)
    expect(await hub.store.get(keys.shutdown())).toBeUndefined()
  })

  it('is not for a page that has only the cookie', async () => {
    const { call, hub, browserOf } = await openRig()
    const { headers } = await browserOf('ops')
    expect((await call('POST', '/shutdown', headers)).status).toBe(403)
    expect(await hub.store.get(keys.shutdown())).toBeUndefined()
  })
})

describe('GET /metrics', () => {
  const metrics = () => Promise.reject(new Error('must not be reached'))

  it('needs the scope', async () => {
    const { call, tokenOf } = await openRig({ metrics })
    for (const who of [ADA, SERVICE, await tokenOf('ops', ['read:hub', 'list:users'])]) {
      expectError(await call('GET', '/metrics', who), 403, /requires any of \[read:metrics\]$/)
    }
  })

  it('needs to know who asks', async () => {
    const { call } = await openRig({ metrics })
    for (const who of [null, 'unknown-token']) {
      expectError(await call('GET', '/metrics', who), 403, 'Missing or invalid credentials.')
    }
  })

  it('is not for notebook tokens', async () => {
    const { call, tokenOf } = await openRig({ metrics })
    const token = await tokenOf('ops', ['access:servers'])
    expectError(await call('GET', '/metrics', token), 403, /^This is a notebook token/)
  })
})
