import { describe, it } from 'vitest'
import { ADA, expectError, openRig, SERVICE } from '../harness.ts'

describe.each(['GET', 'POST', 'PATCH'])('%s /proxy', (method) => {
  const resync = () => Promise.reject(new Error('must not be reached'))
  const body = method === 'PATCH' ? {} : undefined

  it('needs the scope', async () => {
    const { call, tokenOf } = await openRig({ resync })
    for (const who of [ADA, SERVICE, await tokenOf('ops', ['admin:servers', 'read:hub'])]) {
      expectError(await call(method, '/proxy', who, body), 403, /requires any of \[proxy\]$/)
    }
  })

  it('needs to know who asks', async () => {
    const { call } = await openRig({ resync })
    for (const who of [null, 'unknown-token']) {
      expectError(await call(method, '/proxy', who, body), 403, 'Missing or invalid credentials.')
    }
  })

  it('is not for notebook tokens', async () => {
    const { call, tokenOf } = await openRig({ resync })
    const token = await tokenOf('ops', ['access:servers'])
    expectError(await call(method, '/proxy', token, body), 403, /^This is a notebook token/)
  })
})
