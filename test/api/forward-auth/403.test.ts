import { describe, expect, it } from 'vitest'
import { ADA, GRACE, OPS } from '../harness.ts'
import { GRAFANA, HUB, nginx, openProxyRig, STRANGER, traefik } from './support.ts'

const as = (token: string) => ({ authorization: `token ${token}` })

describe('GET /forward-auth/{service}', () => {
  it('refuses who may not, in the same words as for services that there are not', async () => {
    const { ask, call } = await openProxyRig()
    const { status, body } = await call('GET', '/forward-auth/grafana', GRACE)
    const message = 'You may not use this service, or there is none here.'
    expect([status, body]).toEqual([403, { status: 403, message }])
    for (const path of [
      '/wiki',
      '/nothing',
      '/announce',
      '/__proto__',
      '/grafana%20',
      '/GRAFANA',
    ]) {
      const answer = await ask(`${path}?redirect=1`, as(ADA))
      expect([answer.status, await answer.json()]).toEqual([403, body])
    }
  })

  it('refuses a notebook token, and a token without the scope', async () => {
    const { ask, tokenOf } = await openProxyRig()
    const tokens = [
      await tokenOf('ada', ['access:servers!user=ada']),
      await tokenOf('ada', ['read:users!user=ada']),
      await tokenOf('ops', ['access:services!service=wiki']),
    ]
    for (const token of tokens) expect((await ask('/grafana', as(token))).status).toBe(403)
  })

  it('refuses a token in the address', async () => {
    const { ask, cookieOf } = await openProxyRig()
    const cookie = await cookieOf('ada')
    const there = nginx(`${GRAFANA}/?token=${ADA}`)
    expect((await ask('', { cookie, ...there })).status).toBe(403)
    expect((await ask('', { cookie, ...nginx(`${GRAFANA}/?token=theirs`) })).status).toBe(200)
    expect((await ask(`/grafana/a?token=${ADA}`, { cookie })).status).toBe(403)
  })
})

describe('an address', () => {
  it.each([
    'https://grafana.example.org.evil.net/',
    'https://grafana.example.org:8443/',
    'http://grafana.example.org/',
    'https://x@grafana.example.org/',
    'grafana.example.org',
    `${GRAFANA}/../\\x`,
    `${HUB}/`,
    `${HUB}/hub/api/users`,
    'not an address',
  ])('of no service is nobody’s, whoever asks: %s', async (url) => {
    const { ask } = await openProxyRig()
    expect((await ask('', { ...as(OPS), ...nginx(url) })).status).toBe(403)
  })

  it('of another service than the path names was not said by the proxy', async () => {
    const { ask } = await openProxyRig()
    const other = nginx(`${HUB}/wiki/`)
    expect((await ask('/wiki', { ...as(OPS), ...other })).status).toBe(200)
    expect((await ask('/grafana', { ...as(OPS), ...other })).status).toBe(403)
    const query = `/grafana?url=${encodeURIComponent(`${HUB}/wiki/`)}`
    expect((await ask(query, as(OPS), { peer: STRANGER })).status).toBe(403)
  })

  it.each([
    '/wiki/../x',
    '/wiki/%2e%2e/x',
    '/wikix/',
    '/%77iki/',
    '/wiki/..%2f..%2fhub/',
    '//wiki/',
  ])('that readers disagree about is nobody’s: %s', async (path) => {
    const { ask } = await openProxyRig()
    expect((await ask('', { ...as(OPS), ...nginx(HUB + path) })).status).toBe(403)
  })

  it('that only an untrusted proxy names changes nothing', async () => {
    const { ask } = await openProxyRig()
    const headers = { ...as(ADA), ...nginx(`${GRAFANA}/`) }
    expect((await ask('/wiki', headers, { peer: STRANGER })).status).toBe(403)
  })
})

describe('a cookie from elsewhere', () => {
  const script = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
  it.each<[string, Record<string, string>]>([
    ['a form of another site', { origin: 'https://evil.test', ...traefik(`${GRAFANA}/`, 'POST') }],
    ['a form of the hub', { origin: HUB, ...nginx(`${GRAFANA}/`, 'POST') }],
    ['a form that says nothing', traefik(`${GRAFANA}/`, 'POST')],
    ['a form whose method is not told', { origin: HUB, 'X-Original-URL': `${GRAFANA}/` }],
    [
      'a script of a sibling',
      { 'sec-fetch-site': 'same-site', ...script, ...nginx(`${GRAFANA}/`) },
    ],
    [
      'a socket of another site',
      { 'sec-websocket-key': 'x', origin: HUB, ...nginx(`${GRAFANA}/`) },
    ],
    ['a socket that says nothing', { 'sec-websocket-key': 'x', ...nginx(`${GRAFANA}/`) }],
    ['an upgrade', { upgrade: 'websocket', origin: 'https://evil.test', ...nginx(`${GRAFANA}/`) }],
  ])('does not count: %s', async (_, headers) => {
    const { ask, cookieOf } = await openProxyRig()
    const cookie = await cookieOf('ada')
    expect((await ask('', { cookie, ...headers })).status).toBe(403)
  })

  it('whose user may no longer', async () => {
    const { ask, cookieOf } = await openProxyRig()
    expect((await ask('/grafana', { cookie: await cookieOf('grace') })).status).toBe(403)
  })
})
