import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { keys } from '../../src/hub/keys.ts'
import type { SigningKeysRecord } from '../../src/hub/records.ts'
import { rotateSigningKeys } from '../../src/hub/signing/signing-keys.ts'
import { freePort } from '../support/free-port.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { FakeClock, openTestHub } from '../support/hub.ts'
import { Nginx } from '../support/nginx.ts'
import type { PlainAnswer } from '../support/plain-request.ts'
import type { Seen } from '../support/told-service.ts'
import { ToldService } from '../support/told-service.ts'
import { Visitor } from '../support/visitor.ts'

/**
 * A real nginx with the configuration that is handed out (config/examples/nginx.conf) in front of the
 * gateway and of two services that know nothing of it but its public keys.
 */

const PASSWORD = 'open sesame'
const SCRIPT = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: '*/*' }

let stack: AsyncDisposableStack
let gateway: GatewayProcess
let wiki: ToldService
let grafana: ToldService
let port: number
let hub: string
let dashboards: string

/** The handed-out configuration with the addresses of this test. */
function configuration(ports: { hubgate: number; wiki: number; grafana: number }): string {
  return readFileSync('config/examples/nginx.conf', 'utf8')
    .replaceAll('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('127.0.0.1:8000', `127.0.0.1:${ports.hubgate}`)
    .replace('127.0.0.1:8081', `127.0.0.1:${ports.wiki}`)
    .replace('127.0.0.1:8082', `127.0.0.1:${ports.grafana}`)
}

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  port = await freePort()
  hub = `http://hub.example.org:${port}`
  dashboards = `http://grafana.example.org:${port}`
  const [wikiPort, grafanaPort] = [await freePort(), await freePort()]
  gateway = stack.use(
    await GatewayProcess.start({
      public_url: hub,
      trusted_proxies: ['127.0.0.1'],
      load_groups: { class: { users: ['ada'] } },
      load_roles: [
        {
          name: 'readers',
          scopes: ['access:services!service=wiki', 'access:services!service=grafana'],
          groups: ['class'],
        },
      ],
      services: [
        { name: 'wiki', forward_auth: { external_urls: [`${hub}/wiki/`] } },
        {
          name: 'grafana',
          forward_auth: { external_urls: [`${dashboards}/`], cookie_domain: 'example.org' },
        },
      ],
    }),
  )
  const trust = { jwks: `${gateway.url}/hub/api/jwks.json`, issuer: `${hub}/` }
  wiki = stack.use(await ToldService.start(wikiPort, { ...trust, audience: 'wiki' }))
  grafana = stack.use(await ToldService.start(grafanaPort, { ...trust, audience: 'grafana' }))
  const ports = { hubgate: gateway.port, wiki: wikiPort, grafana: grafanaPort }
  stack.use(await Nginx.start(configuration(ports), port))
})

afterAll(() => stack.disposeAsync())

const seenIn = (answer: PlainAnswer): Seen => JSON.parse(answer.text) as Seen

/** A browser where somebody has come to a page of a service by signing in. */
async function signedIn(name: string, page: string): Promise<Visitor> {
  const visitor = new Visitor()
  const { visited } = await visitor.visit(page)
  await visitor.signIn(visited.at(-1) ?? '', name, PASSWORD)
  return visitor
}

describe('a browser', () => {
  it.each([
    ['a path of the hub’s host', () => `${hub}/wiki/a%20page?b=c&d=%2F`, () => wiki],
    ['a host of its own', () => `${dashboards}/d/x?y=z`, () => grafana],
  ])('at %s is sent to sign in, and comes back to the page it wanted', async (_, page, service) => {
    const visitor = new Visitor()
    const first = await visitor.visit(page())
    expect(first.visited.at(-1)).toMatch(new RegExp(`^${hub}/hub/login\\?next=`))
    const back = await visitor.signIn(first.visited.at(-1) ?? '', 'ada', PASSWORD)
    expect([back.status, back.visited.at(-1)]).toEqual([200, page()])
    const seen = seenIn(back)
    expect(seen.path).toBe(page().slice(new URL(page()).origin.length))
    expect(seen.claims).toMatchObject({ name: 'ada', kind: 'user', groups: ['class'] })
    expect(service().seen.at(-1)).toEqual(seen)
    expect(JSON.stringify(seen.headers)).not.toContain('hubgate-service')
  })

  it('of somebody who may not is refused, and the service hears nothing', async () => {
    for (const [page, service] of [
      [`${hub}/wiki/`, wiki],
      [`${dashboards}/`, grafana],
    ] as const) {
      const before = service.seen.length
      const visitor = new Visitor()
      const { visited } = await visitor.visit(page)
      const refused = await visitor.signIn(visited.at(-1) ?? '', 'eve', PASSWORD)
      expect(refused.status).toBe(403)
      expect((await visitor.get(page)).status).toBe(302)
      expect((await visitor.get(page, SCRIPT)).status).toBe(401)
      expect(service.seen.length).toBe(before)
    }
  })

  it('keeps the cookies of the service, and none of the hub’s, from the service', async () => {
    const visitor = await signedIn('ada', `${hub}/wiki/`)
    const own = visitor.cookiesFor(new URL(`${hub}/wiki/`))
    const cookie = `a=b; ${own}; c=d; hubgate-service-0123456789abcdef=e`
    const sent = seenIn(await visitor.get(`${hub}/wiki/`, { cookie })).headers['cookie'] ?? []
    const names = sent
      .join(';')
      .split(';')
      .map((part) => part.trim().split('=')[0])
    expect(names.filter((name) => name !== '')).toEqual(['a', 'jupyterhub-session-id', 'c'])
  })

  it('may do only what comes from the service itself', async () => {
    const visitor = await signedIn('ada', `${dashboards}/`)
    const post = (origin: string | undefined) =>
      visitor.send(
        'POST',
        `${dashboards}/api`,
        {
          ...SCRIPT,
          'content-length': '5',
          ...(origin === undefined ? {} : { origin }),
          'sec-fetch-site': origin === dashboards ? 'same-origin' : 'same-site',
        },
        'hello',
      )
    const own = await post(dashboards)
    expect([own.status, seenIn(own).method, seenIn(own).body]).toEqual([200, 'POST', 'hello'])
    const others = [await post(hub), await post('https://evil.test'), await post(undefined)]
    expect(others.map(({ status }) => status)).toEqual([403, 403, 403])
  })

  it('opens a WebSocket from the service’s own pages only', async () => {
    const visitor = await signedIn('ada', `${dashboards}/`)
    const cookie = visitor.cookiesFor(new URL(dashboards))
    const open = (origin: string, headers: Record<string, string> = { cookie }) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, {
          headers: { ...headers, host: new URL(dashboards).host, origin },
        })
        socket.on('message', (data) => {
          socket.close()
          resolve((JSON.parse(String(data)) as { claims: { name: string } }).claims.name)
        })
        socket.on('unexpected-response', (_, response) => {
          response.resume()
          resolve(String(response.statusCode))
        })
        socket.on('error', () => undefined)
      })
    expect(await open(dashboards)).toBe('ada')
    expect(await open(hub)).toBe('403')
    expect(await open('https://evil.test')).toBe('403')
    expect(await open(dashboards, {})).toBe('401')
  })

  it('has no access from the moment in which its user signs out', async () => {
    const visitor = await signedIn('ada', `${hub}/wiki/`)
    expect((await visitor.get(`${hub}/wiki/`)).status).toBe(200)
    const { text } = await visitor.get(`${hub}/hub/logout`)
    const xsrf = /name="_xsrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
    const form = `_xsrf=${encodeURIComponent(xsrf)}`
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: hub }
    const sent = { ...type, 'content-length': String(form.length) }
    await visitor.send('POST', `${hub}/hub/logout`, sent, form)
    expect((await visitor.get(`${hub}/wiki/`)).status).toBe(302)
    expect((await visitor.get(`${hub}/wiki/`, SCRIPT)).status).toBe(401)
  })

  it('has none either once the group is lost', async () => {
    await gateway.api('POST', '/users/bob')
    await gateway.api('POST', '/groups/class/users', { json: { users: ['bob'] } })
    const visitor = await signedIn('bob', `${hub}/wiki/`)
    expect((await visitor.get(`${hub}/wiki/`)).status).toBe(200)
    await gateway.api('DELETE', '/groups/class/users', { json: { users: ['bob'] } })
    expect((await visitor.get(`${hub}/wiki/`)).status).toBe(403)
  })
})

describe('a script', () => {
  const ask = (token: string | undefined, headers: Record<string, string> = {}) =>
    new Visitor().get(`${hub}/wiki/`, {
      ...SCRIPT,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    })

  it('passes with the right hub token, which stays here', async () => {
    const token = await gateway.token('ada')
    const answer = await ask(token)
    expect(seenIn(answer).claims).toMatchObject({ name: 'ada' })
    expect(JSON.stringify(wiki.seen)).not.toContain(token)
  })

  it('is refused with a wrong one', async () => {
    await gateway.api('POST', '/users/eve')
    const statuses = [
      await ask(await gateway.token('eve')),
      await ask(await gateway.token('ada', ['access:servers!user=ada'])),
      await ask(await gateway.token('ada', ['read:users!user=ada'])),
      await ask('nonsense'),
      await ask(undefined),
    ].map(({ status }) => status)
    expect(statuses).toEqual([403, 403, 403, 401, 401])
  })

  it.each([
    ...['X-Hubgate-User', 'x-hubgate-user', 'X-HUBGATE-USER', 'X_Hubgate_User', 'X-Hubgate_User'],
    ...[
      'X.Hubgate.User',
      'X-Hubgate-Groups',
      'X_Hubgate_Groups',
      'X-Hubgate-Scopes',
      'X-Hubgate-Kind',
    ],
    ...['X_Hubgate_Kind', 'X-Hubgate-Jwt', 'X_HUBGATE_JWT', 'X-Original-URL', 'X_Original_URL'],
    ...['X-Original-URI', 'X-Original-Method', 'X-Forwarded-Uri', 'X-Forwarded-Host'],
    ...['X-Forwarded-Method', 'X-Forwarded-Proto', 'X-Accel-Redirect', 'X-HTTP-Method-Override'],
  ])('gains nothing by %s', async (name) => {
    const token = await gateway.token('ada')
    const forged = { [name]: 'forged', connection: `close, ${name}` }
    const before = wiki.seen.length
    expect((await ask(undefined, forged)).status).toBe(401)
    expect(wiki.seen.length).toBe(before)
    const { headers, claims } = seenIn(await ask(token, forged))
    expect(claims).toMatchObject({ name: 'ada', groups: ['class'] })
    expect(headers['x-hubgate-user']).toEqual(['ada'])
    expect(headers['x-hubgate-groups']).toEqual(['class'])
    const told = Object.entries(headers).filter(([key]) => /^x[-_.]hubgate/.test(key))
    expect(told.map(([key]) => key).sort()).toEqual([
      'x-hubgate-groups',
      'x-hubgate-jwt',
      'x-hubgate-user',
    ])
    expect(JSON.stringify(told)).not.toContain('forged')
  })

  it.each([
    '/wiki/..%2fhub/api/users',
    '/wiki/%2e%2e/hub/home',
    '/%77iki/',
    '//wiki/',
    '/wiki/..;/x',
  ])('gains nothing by the path %s', async (path) => {
    const before = wiki.seen.length
    const answer = await new Visitor().get(`${hub}${path}`, SCRIPT)
    expect(answer.status).toBeGreaterThanOrEqual(300)
    expect(wiki.seen.length).toBe(before)
  })

  it('does not reach the endpoint by way of the public host', async () => {
    const visitor = await signedIn('ada', `${dashboards}/`)
    const answers = [
      await visitor.get(`${hub}/hub/api/forward-auth/grafana`, SCRIPT),
      await visitor.get(`${hub}/.hubgate/wiki`, SCRIPT),
      await visitor.get(`${dashboards}/.hubgate/grafana`, SCRIPT),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  })
})

it('a key that was published in time verifies what the next one signs', async () => {
  const list = () => createRemoteJWKSet(new URL(`${gateway.url}/hub/api/jwks.json`))
  const trust = { algorithms: ['ES256'], issuer: `${hub}/`, audience: 'wiki' }
  const signed = async (): Promise<string> => {
    const answer = await gateway.api('GET', '/forward-auth/wiki', {
      token: await gateway.token('ada'),
    })
    return answer.headers.get('x-hubgate-jwt') ?? ''
  }
  const first = await signed()
  const { kid } = decodeProtectedHeader(first)

  const file = join(gateway.dir, 'var', 'hubgate.sqlite')
  const month = 29 * 24 * 60 * 60 * 1000
  const replica = await openTestHub({ file, clock: new FakeClock(Date.now() + month) })
  await rotateSigningKeys(replica)
  const both = await eventually('both keys are published', async () => {
    const { body } = await gateway.api<{ keys: { kid: string }[] }>('GET', '/jwks.json')
    return body.keys.length === 2 && body.keys
  })
  expect(both[0]?.kid).toBe(kid)
  const known = list()
  await jwtVerify(first, known, trust)

  const entry = await replica.store.get<SigningKeysRecord>(keys.signingKeys())
  const earlier = entry?.value.keys.map((key) => ({ ...key, signsFrom: key.signsFrom - 2 * month }))
  const check = [{ key: keys.signingKeys(), version: entry?.version ?? null }]
  await replica.store.commit({
    check,
    set: [{ key: keys.signingKeys(), value: { keys: earlier } }],
  })
  const second = await eventually('the second key signs', async () => {
    const jwt = await signed()
    return decodeProtectedHeader(jwt).kid === both[1]?.kid && jwt
  })
  expect((await jwtVerify(second, known, trust)).payload['name']).toBe('ada')
  await jwtVerify(first, known, trust)
  await expect(jwtVerify(second, known, { ...trust, audience: 'grafana' })).rejects.toThrow('aud')
})

it('nobody passes while the gateway is gone', async () => {
  const token = await gateway.token('ada')
  const before = wiki.seen.length
  await gateway.kill('SIGKILL')
  const headers = { ...SCRIPT, authorization: `token ${token}` }
  expect((await new Visitor().get(`${hub}/wiki/`, headers)).status).toBe(500)
  expect(wiki.seen.length).toBe(before)
  await gateway.run()
  expect((await new Visitor().get(`${hub}/wiki/`, headers)).status).toBe(200)
})
