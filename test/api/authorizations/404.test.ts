import { describe, expect, it } from 'vitest'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { ADA, expectError, OPS, openRig, SERVICE } from '../harness.ts'

describe('GET /authorizations/token/{token}', () => {
  it('knows no token that is wrong, revoked or expired', async () => {
    const { call, hub } = await openRig()
    const { body: revoked } = await call('POST', '/users/ada/tokens', ADA)
    await call('DELETE', `/users/ada/tokens/${revoked.id}`, ADA)
    const { body: expired } = await call('POST', '/users/ada/tokens', ADA, { expires_in: 10 })
    hub.clock.advance(10_000)
    for (const token of ['nonsense', 'a%20b', '%F0%9F%94%91', revoked.token, expired.token]) {
      const answer = await call('GET', `/authorizations/token/${token}`, SERVICE)
      expectError(answer, 404, null)
      expect(answer.text).not.toContain(token)
    }
  })
})

describe('GET /authorizations/cookie/{cookie_name}/{cookie_value}', () => {
  it('knows only our login cookie, and nobody by a wrong value or none', async () => {
    const { call, hub } = await openRig()
    const user = await findUser(hub, 'ada')
    const { secret } = await openSession(hub, user!)
    const paths = [`jupyterhub-hub-login/${secret}`, 'hubgate-login/nonsense', 'hubgate-login']
    for (const path of paths) {
      expectError(await call('GET', `/authorizations/cookie/${path}`, OPS), 404, null)
    }
    hub.clock.advance(15 * 24 * 60 * 60 * 1000)
    expectError(await call('GET', `/authorizations/cookie/hubgate-login/${secret}`, OPS), 404, null)
  })
})

describe('POST /authorizations/token', () => {
  it.each([[OPS], [null]])('says what to use instead, to %s', async (who) => {
    const { call } = await openRig()
    expectError(
      await call('POST', '/authorizations/token', who),
      404,
      'Deprecated endpoint /hub/api/authorizations/token is removed in JupyterHub 2.0. Use /hub/api/users/:user/tokens instead.',
    )
  })
})
