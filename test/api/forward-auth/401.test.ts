import { describe, expect, it } from 'vitest'
import { GRAFANA, HUB, nginx, openProxyRig, traefik } from './support.ts'

describe('GET /forward-auth/{service}', () => {
  it('asks a stranger to sign in, and says where', async () => {
    const { call } = await openProxyRig()
    const answer = await call('GET', '/forward-auth/grafana', null)
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ status: 401, message: 'Sign in, or send a hub token.' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="hubgate"')
    expect(answer.headers.get('location')).toBe(`${HUB}/hub/service-sign-in?service=grafana`)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-hubgate'))).toEqual([])
  })

  it.each(['GET', 'POST', 'OPTIONS', 'HEAD', 'PROPFIND'])(
    'lets no stranger pass with %s',
    async (method) => {
      const { ask } = await openProxyRig()
      expect((await ask('/grafana', {}, { method })).status).toBe(401)
      expect((await ask('', nginx(`${GRAFANA}/`), { method })).status).toBe(401)
    },
  )

  it.each(['token nonsense', 'Bearer nonsense', 'token'])(
    'a bad token: %s',
    async (authorization) => {
      const { ask, cookieOf } = await openProxyRig()
      const cookie = await cookieOf('ada')
      expect((await ask('/grafana?redirect=1', { authorization, cookie })).status).toBe(401)
    },
  )

  it('a script is not sent anywhere by what stands in the visitor’s own query', async () => {
    const { ask } = await openProxyRig()
    expect((await ask('/grafana/a?redirect=1')).status).toBe(401)
  })

  it('does not say to strangers which services there are', async () => {
    const { ask } = await openProxyRig()
    const all = [
      await ask('/wiki'),
      await ask('/nothing'),
      await ask('/announce'),
      await ask('/wiki', { authorization: 'token x' }),
      await ask('/nothing', { authorization: 'token x' }),
      await ask('', nginx(`${GRAFANA}/`)),
      await ask('', nginx('https://nothing.example.org/')),
    ]
    const seen = await Promise.all(
      all.map(async (answer) => [answer.status, await answer.text(), [...answer.headers.keys()]]),
    )
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1)
  })

  it.each([
    ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'GET'],
    ['a form', {}, 'POST'],
    ['a socket', { 'sec-websocket-key': 'x' }, 'GET'],
  ])('%s is not redirected', async (_, headers, method) => {
    const { ask } = await openProxyRig()
    const all = { ...headers, ...traefik(`${GRAFANA}/`, method) }
    expect((await ask('?redirect=1', all)).status).toBe(401)
  })
})

describe('a cookie that does not count', () => {
  it('is the hub’s login, another service’s, or one of a sign-in that is over', async () => {
    const { ask, browserOf, cookieOf, hub } = await openProxyRig()
    const { headers } = await browserOf('ada')
    const cookie = await cookieOf('ada', 'wiki')
    expect((await ask('/grafana', headers)).status).toBe(401)
    expect((await ask('/grafana', { cookie })).status).toBe(401)
    const over = await cookieOf('ada')
    hub.clock.advance(15 * 24 * 60 * 60 * 1000)
    expect((await ask('/grafana', { cookie: over })).status).toBe(401)
  })

  it('is one that sibling hosts get too, asked for by the hub’s own host: a page there may have', async () => {
    const { fetch, cookieOf } = await openProxyRig({
      public_url: 'http://hub.test',
      services: [
        {
          name: 'grafana',
          forward_auth: { external_urls: ['http://grafana.test/'], cookie_domain: 'x.test' },
        },
      ],
    })
    const cookie = await cookieOf('ada')
    const ask = (headers: object) =>
      fetch('/forward-auth/grafana', { headers: { cookie, ...headers } }, '10.0.0.7')
    expect((await ask({})).status).toBe(401)
    expect((await ask(nginx('http://grafana.test/'))).status).toBe(401)
  })
})
