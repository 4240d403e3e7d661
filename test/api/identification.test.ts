import { describe, expect, it } from 'vitest'
import { closeSession } from '../../src/hub/sessions.ts'
import { deleteUser } from '../../src/hub/users.ts'
import { ADA, expectError, OPS, openRig } from './harness.ts'

const NOBODY = 'Missing or invalid credentials.'

describe('a token', () => {
  it.each(['token', 'Token', 'bearer', 'Bearer'])('is taken behind %s', async (scheme) => {
    const { call } = await openRig()
    const { body } = await call('GET', '/user', { authorization: `${scheme} ${ADA}` })
    expect(body.name).toBe('ada')
  })

  it.each([[`basic ${ADA}`], [`token ${ADA} x`], ['token'], [ADA], ['token unknown-token']])(
    'is not taken from "%s"',
    async (authorization) => {
      const { call } = await openRig()
      expectError(await call('GET', '/users/ada', { authorization }), 403, NOBODY)
    },
  )

  it('is never taken from the URL', async () => {
    const { call } = await openRig()
    expectError(await call('GET', `/users?token=${OPS}`, null), 403, NOBODY)
  })

  it('that is no good does not fall back to the cookie', async () => {
    const { call, browserOf } = await openRig()
    const browser = await browserOf('ops')
    const headers = { ...browser.headers, 'x-xsrftoken': browser.xsrf }
    const both = { ...headers, authorization: 'token unknown-token' }
    expectError(await call('GET', '/users', both), 403, NOBODY)
    expect((await call('GET', '/users', headers)).status).toBe(200)
  })

  it('of a user who is gone opens nothing', async () => {
    const { call, hub } = await openRig()
    await deleteUser(hub, 'ada')
    expectError(await call('GET', '/users/ada', ADA), 403, NOBODY)
  })
})

describe('a notebook token', () => {
  it('says who it belongs to and does nothing else', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['access:servers!user=ada'])
    expect((await call('GET', '/user', token)).status).toBe(200)
    const message = 'This is a notebook token, and notebook tokens do not authorize the hub API.'
    for (const [method, path] of [
      ['GET', '/users'],
      ['GET', '/users/ada'],
      ['GET', '/info'],
      ['POST', '/users/ada/tokens'],
      ['POST', '/users/ada/server'],
      ['POST', '/users/ada/activity'],
      ['GET', '/groups'],
    ] as const) {
      expectError(await call(method, path, token), 403, message)
    }
  })
})

describe('the login cookie', () => {
  it('reads with the value of the session', async () => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    const all = { ...headers, 'x-xsrftoken': xsrf }
    expect((await call('GET', '/users/ada', all)).body.name).toBe('ada')
    expect((await call('GET', `/users/ada?_xsrf=${xsrf}`, headers)).body.name).toBe('ada')
    expect((await call('GET', '/user', all)).body).toMatchObject({
      name: 'ada',
      token_id: null,
      session_id: null,
    })
  })

  it('reads nothing without it, whatever the browser says of the request', async () => {
    const { call, browserOf } = await openRig()
    const { headers } = await browserOf('ada')
    for (const mode of ['cors', 'no-cors', 'navigate', 'same-origin']) {
      const from = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': mode }
      expectError(await call('GET', '/user', { ...headers, ...from }), 403, /_xsrf/)
    }
    expectError(await call('GET', '/users/ada', headers), 403, /_xsrf/)
  })

  it.each([['x-xsrftoken'], ['x-csrftoken']])(
    'changes things with the value of the session in %s',
    async (header) => {
      const { call, browserOf } = await openRig()
      const { headers, xsrf } = await browserOf('ada')
      const answer = await call('POST', '/users/ada/tokens', { ...headers, [header]: xsrf })
      expect(answer.status).toBe(201)
    },
  )

  it('changes things with the value in the query', async () => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    const answer = await call('POST', `/users/ada/tokens?_xsrf=${xsrf}`, headers)
    expect(answer.status).toBe(201)
  })

  it('changes nothing without the value, with an empty or a made-up one, or with that of another', async () => {
    const { call, browserOf } = await openRig()
    const { headers } = await browserOf('ada')
    const other = await browserOf('ada')
    for (const value of [undefined, '', 'x', other.xsrf]) {
      const given = value === undefined ? headers : { ...headers, 'x-xsrftoken': value }
      for (const method of ['GET', 'POST', 'DELETE'] as const) {
        const answer = await call(method, '/users/ada/server', given)
        expectError(answer, 403, "'_xsrf' argument missing or invalid")
      }
    }
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://evil.example.org' }],
    [{ origin: 'null' }],
    [{ origin: 'http://hub.test:81' }],
  ])('is refused with %j, even with the value', async (from) => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    const all = { ...headers, ...from, 'x-xsrftoken': xsrf }
    expectError(await call('GET', '/users/ada', all), 403, /^Pages of other sites/)
    expectError(await call('POST', '/users/ada/tokens', all), 403, /^Pages of other sites/)
  })

  it('counts for pages of the hub itself', async () => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    const same = {
      ...headers,
      'x-xsrftoken': xsrf,
      'sec-fetch-site': 'same-origin',
      origin: 'http://hub.test',
    }
    expect((await call('GET', '/users/ada', same)).status).toBe(200)
  })

  it('counts for the public address when there is one', async () => {
    const { call, browserOf } = await openRig({ config: { public_url: 'https://hub.example.org' } })
    const { headers, xsrf } = await browserOf('ada')
    const own = { ...headers, 'x-xsrftoken': xsrf, origin: 'https://hub.example.org' }
    expect((await call('GET', '/users/ada', own)).status).toBe(200)
    const inside = { ...own, origin: 'http://hub.test' }
    expect((await call('GET', '/users/ada', inside)).status).toBe(403)
  })

  it('does not count for a body that a form may have sent', async () => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    const form = { ...headers, 'x-xsrftoken': xsrf, 'content-type': 'text/plain' }
    expectError(await call('POST', '/users/ada/activity', form, '{}'), 403, NOBODY)
    const json = { ...form, 'content-type': 'application/json; charset=utf-8' }
    expect((await call('POST', '/users/ada/activity', json, '{}')).status).toBe(400)
  })

  it('is refused after signing out', async () => {
    const { call, hub, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    await closeSession(hub, (headers['cookie'] ?? '').split('=')[1] ?? '')
    const all = { ...headers, 'x-xsrftoken': xsrf }
    expectError(await call('GET', '/users/ada', all), 403, NOBODY)
  })

  it('of another site is not needed by tokens', async () => {
    const { call } = await openRig()
    const headers = { authorization: `token ${ADA}`, 'sec-fetch-site': 'cross-site' }
    expect((await call('GET', '/users/ada', headers)).status).toBe(200)
  })
})
