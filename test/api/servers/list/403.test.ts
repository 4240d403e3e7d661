import { describe, it } from 'vitest'
import { expectError, openRig, SERVICE } from '../../harness.ts'

const REFUSED = 'Action is not authorized with current scopes; requires any of [read:servers]'

describe('GET /servers', () => {
  it('refuses strangers and notebook tokens', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('GET', '/servers', null), 403, 'Missing or invalid credentials.')
    const notebook = await tokenOf('ada', ['access:servers!user=ada'])
    expectError(await call('GET', '/servers', notebook), 403, /^This is a notebook token/)
  })

  it('refuses who sees no server at all', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('GET', '/servers', SERVICE), 403, REFUSED)
    const token = await tokenOf('ops', ['list:users', 'start:servers'])
    expectError(await call('GET', '/servers', token), 403, REFUSED)
  })

  it("refuses a browser without the session's _xsrf", async () => {
    const { call, browserOf } = await openRig()
    const { headers } = await browserOf('ada')
    expectError(await call('GET', '/servers', headers), 403, /_xsrf/)
  })
})
