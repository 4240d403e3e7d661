import { describe, expect, it, vi } from 'vitest'
import { closeSession } from '../../../src/hub/identity/session-ends.ts'
import { createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import { ADA, expectError, OPS, openRig } from '../harness.ts'

const NOBODY = 'Missing or invalid credentials.'

describe('a token', () => {
  it.each([
    [`basic ${ADA}`],
    [`token ${ADA} x`],
    ['token'],
    ['token '],
    [ADA],
    ['token unknown-token'],
    [`token ${ADA}, token ${OPS}`],
    [`token ${'x'.repeat(10_000)}`],
  ])('is not taken from "%.40s"', async (authorization) => {
    const { call } = await openRig()
    expectError(await call('GET', '/users/ada', { authorization }), 403, NOBODY)
  })

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

  it('says nothing of itself in the answer', async () => {
    const { call } = await openRig()
    const { text } = await call('GET', '/users', 'a-secret-that-was-mistyped')
    expect(text).not.toContain('a-secret')
  })
})

describe('a notebook token', () => {
  it('does nothing but say who it belongs to', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['access:servers!user=ada'])
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
  it('reads nothing without the value of the session, whatever the browser says of the request', async () => {
    const { call, browserOf } = await openRig()
    const { headers } = await browserOf('ada')
    for (const mode of ['cors', 'no-cors', 'navigate', 'same-origin', 'websocket']) {
      const from = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': mode }
      expectError(await call('GET', '/user', { ...headers, ...from }), 403, /_xsrf/)
    }
    expectError(await call('GET', '/users/ada', headers), 403, /_xsrf/)
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
})

describe('a list that is read slowly', () => {
  const lister = (scope: string) => ({
    api_tokens: { [ADA]: 'ada' },
    api_page_max_limit: 2000,
    load_roles: [{ name: 'lister', scopes: [scope], users: ['ada'] }],
  })

  async function openList() {
    const { fetch, hub } = await openRig({ config: lister('list:users') })
    const names = Array.from({ length: 1100 }, (_, i) => `user-${i}`)
    await createUsers(hub, names, { admin: false })
    const headers = { authorization: `token ${ADA}` }
    const { body } = await fetch('/users?limit=2000', { headers })
    const reader = body?.getReader()
    await reader?.read()
    const later = performance.now() + 60_000
    vi.spyOn(performance, 'now').mockReturnValue(later)
    const rest = async () => {
      let text = ''
      for (;;) {
        const part = await reader?.read()
        if (part === undefined || part.done) return text
        text += Buffer.from(part.value).toString()
      }
    }
    return { hub, rest }
  }

  it('ends when its reader may read less than in the beginning', async () => {
    const { hub, rest } = await openList()
    hub.reload(lister('list:users!user=grace'))
    await expect(rest()).rejects.toThrow('may not read it any more')
  })

  it('goes on when nothing was taken from its reader', async () => {
    const { hub, rest } = await openList()
    hub.reload({ ...lister('list:users'), load_groups: { 'class-a': {} } })
    expect(await rest()).toContain('user-1099')
  })
})
