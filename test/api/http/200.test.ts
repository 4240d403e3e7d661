import { describe, expect, it } from 'vitest'
import { MAX_BODY } from '../../../src/api/read-body.ts'
import { ROUTES } from '../../../src/api/routes.ts'
import { ADA, OPS, openRig } from '../harness.ts'

const PROPERTIES = '/groups/g/properties'
const GROUP = { load_groups: { g: {} } }

describe('OPTIONS', () => {
  it('is answered with nothing to anybody', async () => {
    const { call } = await openRig()
    for (const { path } of ROUTES.filter(({ method }) => method !== 'ANY')) {
      const answer = await call('OPTIONS', path.replaceAll(/[{}]/g, ''), null)
      expect([path, answer.status, answer.text]).toEqual([path, 200, ''])
      expect(answer.headers.get('content-type')).toBe('application/json')
    }
  })
})

describe('a name in the path', () => {
  it('is decoded once', async () => {
    const { call } = await openRig()
    await call('POST', '/groups/a%2541')
    expect((await call('GET', '/groups/a%2541')).body.name).toBe('a%41')
    expect((await call('GET', '/groups/aA')).status).toBe(404)
  })
})

describe('a query', () => {
  it('counts the last of several values, without space around it', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/users?limit=3&limit=%201%20&sort=name%20')
    expect(body.map((user: { name: string }) => user.name)).toEqual(['ada'])
  })

  it('may have parameters that nobody knows', async () => {
    const { call } = await openRig()
    expect((await call('GET', '/users?__proto__=1&constructor=2')).status).toBe(200)
  })
})

describe('the body of a request', () => {
  it('is read whatever its content type is', async () => {
    const { call } = await openRig({ config: GROUP })
    const headers = { authorization: `token ${OPS}`, 'content-type': 'text/csv' }
    expect((await call('PUT', PROPERTIES, headers, { a: 1 })).body.properties).toEqual({ a: 1 })
  })

  it('may be nested 32 deep', async () => {
    const { call } = await openRig({ config: GROUP })
    const nested = `${'{"a":'.repeat(32)}1${'}'.repeat(32)}`
    expect((await call('PUT', PROPERTIES, OPS, nested)).status).toBe(200)
  })

  it('may be 1 MiB long', async () => {
    const { call } = await openRig({ config: GROUP })
    const fitting = `{"a":"${'x'.repeat(MAX_BODY - 8)}"}`
    expect((await call('PUT', PROPERTIES, OPS, fitting)).status).toBe(200)
  })
})

describe('a token', () => {
  it.each(['token', 'Token', 'bearer', 'Bearer'])('is taken behind %s', async (scheme) => {
    const { call } = await openRig()
    const { body } = await call('GET', '/user', { authorization: `${scheme} ${ADA}` })
    expect(body.name).toBe('ada')
  })

  it('is taken from other sites as well', async () => {
    const { call } = await openRig()
    const headers = { authorization: `token ${ADA}`, 'sec-fetch-site': 'cross-site' }
    expect((await call('GET', '/users/ada', headers)).status).toBe(200)
  })

  it('for notebooks says who it belongs to', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['access:servers!user=ada'])
    expect((await call('GET', '/user', token)).body.name).toBe('ada')
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
})
