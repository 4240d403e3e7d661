import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { ADA, OPS } from '../harness.ts'
import { GRAFANA, HUB, nginx, openProxyRig, STRANGER, traefik } from './support.ts'

const token = { authorization: `token ${ADA}` }

describe('GET /forward-auth/{service}', () => {
  it('tells who visits, with an empty body, as the API describes it', async () => {
    const { call } = await openProxyRig()
    const answer = await call('GET', '/forward-auth/grafana', token)
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('')
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-hubgate-user': 'ada',
      'x-hubgate-groups': '',
      'x-hubgate-scopes': 'access:services!service=grafana',
      'x-hubgate-kind': 'user',
      'cache-control': 'no-store',
    })
    const jwt = answer.headers.get('x-hubgate-jwt') ?? ''
    expect(decodeJwt(jwt)).toMatchObject({ aud: 'grafana', iss: `${HUB}/`, name: 'ada' })
  })

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'is asked with %s too, at any path below it',
    async (method) => {
      const { ask } = await openProxyRig()
      const answers = [
        await ask('/grafana', token, { method }),
        await ask('/grafana/a/b%20c?d=e', token, { method }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(answers.map(({ headers }) => headers.get('x-hubgate-user'))).toEqual(['ada', 'ada'])
    },
  )

  it('answers for a service that the gateway itself forwards to, with any scope', async () => {
    const { ask } = await openProxyRig()
    expect((await ask('/home', token)).status).toBe(200)
    expect((await ask('', { ...token, ...nginx(`${HUB}/services/home/x`) })).status).toBe(200)
  })

  it('notes that the user and the token were used', async () => {
    const { ask, hub, activity, tokenOf } = await openProxyRig()
    const used = await tokenOf('ada', ['inherit'])
    await ask('/grafana', { authorization: `token ${used}` })
    await activity.flush()
    const seen = await hub.store.list<{ at: number | null }>(['activity'])
    const now = hub.clock.now()
    expect(seen.filter(({ value }) => value.at === now).map(({ key }) => key[1])).toEqual(
      expect.arrayContaining(['token', 'user']),
    )
  })
})

describe('GET /forward-auth/{service}/{rest}', () => {
  it.each([
    '/a?url=https://elsewhere.test/',
    '/?url=a&url=b',
    '/a?redirect=1',
    '/a?token=theirs',
    '/',
  ])('takes what the proxy appends for the visitor’s own: %s', async (appended) => {
    const { ask } = await openProxyRig()
    expect((await ask(`/grafana${appended}`, token)).status).toBe(200)
  })
})

describe('GET /forward-auth', () => {
  it.each([
    ['nginx', nginx(`${GRAFANA}/d/x?y=z`), ''],
    ['Traefik', traefik(`${GRAFANA}/d/x?y=z`), ''],
    ['the query', {}, `?url=${encodeURIComponent(`${GRAFANA}/d/x?y=z`)}`],
    ['the query and the path', {}, `/grafana?url=${encodeURIComponent(`${GRAFANA}/d`)}`],
    ['the path and the headers', nginx(`${GRAFANA}/d`), '/grafana'],
  ])('hears from %s which service it is', async (_, headers, path) => {
    const { ask } = await openProxyRig()
    const answer = await ask(path, { ...token, ...headers })
    expect(answer.status).toBe(200)
    expect(decodeJwt(answer.headers.get('x-hubgate-jwt') ?? '').aud).toBe('grafana')
  })

  it('believes the query of anybody, who learns nothing but about the own credential', async () => {
    const { ask } = await openProxyRig()
    const path = `?url=${encodeURIComponent(`${GRAFANA}/`)}`
    expect((await ask(path, token, { peer: STRANGER })).status).toBe(200)
  })

  it('knows a trusted proxy by its IPv4-mapped address too', async () => {
    const { ask } = await openProxyRig()
    const headers = { ...token, ...nginx(`${GRAFANA}/`) }
    expect((await ask('', headers, { peer: '::ffff:10.0.0.9' })).status).toBe(200)
  })
})

describe('the cookie', () => {
  it.each([
    ['nginx', nginx],
    ['Traefik', traefik],
  ])('of a signed-in browser passes by way of %s', async (_, told) => {
    const { ask, cookieOf } = await openProxyRig()
    const cookie = await cookieOf('ada')
    const answers = [
      await ask('', { cookie, ...told(`${GRAFANA}/d`) }),
      await ask('/grafana', { cookie }),
      await ask('', { cookie, origin: GRAFANA, ...told(`${GRAFANA}/d`, 'POST') }),
      await ask('/grafana', { cookie, origin: GRAFANA }),
      await ask('', { cookie, origin: GRAFANA, 'sec-websocket-key': 'x', ...told(`${GRAFANA}/`) }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  it('of a path of the hub’s own host passes there', async () => {
    const { ask, cookieOf } = await openProxyRig()
    const cookie = await cookieOf('ops', 'wiki', false)
    const told = { host: 'hub.example.org', ...nginx(`${HUB}/wiki/x`) }
    expect((await ask('', { cookie, ...told })).status).toBe(200)
  })
})

describe('what the service is told', () => {
  it('never depends on what the client says of itself', async () => {
    const { ask } = await openProxyRig()
    const forged = {
      'x-hubgate-user': 'ops',
      'X-HUBGATE-GROUPS': 'staff',
      x_hubgate_user: 'ops',
      'x-hubgate-jwt': 'forged',
      'x-forwarded-user': 'ops',
      'remote-user': 'ops',
    }
    const answer = await ask('/grafana', { ...token, ...forged })
    expect(answer.headers.get('x-hubgate-user')).toBe('ada')
    expect(answer.headers.get('x-hubgate-groups')).toBe('')
    expect(JSON.stringify([...answer.headers])).not.toMatch(/ops|staff|forged/)
  })

  it('is what is asked for: an admin has the scope of every service', async () => {
    const { ask } = await openProxyRig()
    const answer = await ask('/wiki', { authorization: `bearer ${OPS}` })
    expect(answer.headers.get('x-hubgate-scopes')).toBe('access:services!service=wiki')
  })
})
