import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { rawClient } from '../proxy/raw-connection.ts'
import { freePort } from '../support/free-port.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import type { PlainAnswer } from '../support/plain-request.ts'
import { plainRequest } from '../support/plain-request.ts'
import type { Seen } from '../support/told-service.ts'
import { ToldService } from '../support/told-service.ts'
import { Visitor } from '../support/visitor.ts'

/** Services behind the gateway that know nothing of it but its public keys (`forward_auth`). */

const SCRIPT = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: '*/*' }

let stack: AsyncDisposableStack
let gateway: GatewayProcess
let wiki: ToldService
let bare: ToldService

const at = (path: string) => gateway.url + path
const seenIn = (answer: PlainAnswer): Seen => JSON.parse(answer.text) as Seen

async function signedIn(name: string, page: string): Promise<Visitor> {
  const visitor = new Visitor()
  const { visited } = await visitor.visit(page)
  await visitor.signIn(visited.at(-1) ?? '', name, 'open sesame')
  return visitor
}

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const [wikiPort, barePort] = [await freePort(), await freePort()]
  gateway = stack.use(
    await GatewayProcess.start({
      load_groups: { class: { users: ['ada', 'kim'] } },
      custom_scopes: { 'custom:wiki:edit': { description: 'Edit the wiki' } },
      load_roles: [
        {
          name: 'readers',
          scopes: ['access:services!service=wiki', 'custom:wiki:edit'],
          groups: ['class'],
          users: ['root'],
        },
      ],
      services: [
        { name: 'wiki', url: `http://127.0.0.1:${wikiPort}`, forward_auth: {} },
        {
          name: 'bare',
          url: `http://127.0.0.1:${barePort}`,
          forward_auth: { scope: 'custom:wiki:edit', headers: ['authorization'] },
        },
      ],
    }),
  )
  const trust = { jwks: at('/hub/api/jwks.json'), issuer: at('/') }
  wiki = stack.use(await ToldService.start(wikiPort, { ...trust, audience: 'wiki' }))
  bare = stack.use(await ToldService.start(barePort, { ...trust, audience: 'bare' }))
})

afterAll(() => stack.disposeAsync())

describe('a browser', () => {
  it('signs in on the way to the service, which is told who it is', async () => {
    const visitor = new Visitor()
    const page = at('/services/wiki/page%20one?a=b&c=%2F')
    const { visited } = await visitor.visit(page)
    const back = await visitor.signIn(visited.at(-1) ?? '', 'ada', 'open sesame')
    expect([back.status, back.visited.at(-1)]).toEqual([200, page])
    const { path, headers, claims } = seenIn(back)
    expect(path).toBe('/services/wiki/page%20one?a=b&c=%2F')
    expect(claims).toMatchObject({ name: 'ada', groups: ['class'], aud: 'wiki' })
    expect(headers).toMatchObject({
      'x-hubgate-user': ['ada'],
      'x-hubgate-groups': ['class'],
      'x-hubgate-scopes': ['access:services!service=wiki,custom:wiki:edit'],
      'x-hubgate-kind': ['user'],
    })
    expect(headers['authorization']).toBeUndefined()
    expect(JSON.stringify(headers)).not.toContain('hubgate-service')
  })

  it('has a cookie for each service, which opens no other', async () => {
    const visitor = await signedIn('ada', at('/services/wiki/'))
    const cookie = visitor.cookiesFor(new URL(at('/services/wiki/')))
    expect(cookie).toMatch(/hubgate-service-/)
    expect(visitor.cookiesFor(new URL(at('/services/bare/')))).not.toMatch(/hubgate-/)
    expect(visitor.cookiesFor(new URL(at('/user/ada/')))).not.toMatch(/hubgate-/)
    const elsewhere = await visitor.get(at('/services/bare/'), { ...SCRIPT, cookie })
    expect(elsewhere.status).toBe(403)
    expect((await visitor.visit(at('/services/bare/'))).status).toBe(200)
  })

  it('of somebody who may not, or who is nobody, reaches nothing', async () => {
    const before = wiki.seen.length
    const visitor = await signedIn('eve', at('/hub/home'))
    expect((await visitor.visit(at('/services/wiki/'))).status).toBe(403)
    expect((await new Visitor().get(at('/services/wiki/'), SCRIPT)).status).toBe(403)
    expect((await new Visitor().send('POST', at('/services/wiki/'))).status).toBe(403)
    expect((await new Visitor().send('OPTIONS', at('/services/wiki/'), SCRIPT)).status).toBe(403)
    expect(wiki.seen.length).toBe(before)
  })
})

describe('a script', () => {
  it('passes with a hub token, which the service never sees', async () => {
    const token = await gateway.token('ada')
    for (const [service, path] of [
      [wiki, '/services/wiki/'],
      [bare, '/services/bare/'],
    ] as const) {
      const answer = await plainRequest('GET', at(path), { authorization: `token ${token}` })
      expect(seenIn(answer).claims).toMatchObject({ name: 'ada', kind: 'user' })
      expect(JSON.stringify(service.seen)).not.toContain(token)
    }
  })

  it('of a service that wants nothing but a bearer token gets that', async () => {
    const token = await gateway.token('ada')
    const answer = await plainRequest('GET', at('/services/bare/'), {
      authorization: `Bearer ${token}`,
      'x-hubgate-user': 'forged',
    })
    const { headers } = seenIn(answer)
    const [bearer = ''] = headers['authorization'] ?? []
    expect(decodeJwt(bearer.replace('Bearer ', ''))).toMatchObject({ aud: 'bare', name: 'ada' })
    expect(Object.keys(headers).filter((name) => name.startsWith('x-hubgate'))).toEqual([])
  })

  it('is refused with what does not open the service', async () => {
    await gateway.api('POST', '/users/eve')
    const before = wiki.seen.length
    const tokens = [
      await gateway.token('eve'),
      await gateway.token('ada', ['access:servers!user=ada']),
      await gateway.token('ada', ['read:users!user=ada']),
      'nonsense',
    ]
    for (const token of tokens) {
      const authorization = `token ${token}`
      expect((await plainRequest('GET', at('/services/wiki/'), { authorization })).status).toBe(403)
    }
    const inUrl = at(`/services/wiki/?a=b&token=${await gateway.token('ada')}`)
    expect((await plainRequest('GET', inUrl)).status).toBe(403)
    expect(wiki.seen.length).toBe(before)
  })

  it.each([
    ...['X-Hubgate-User', 'x-hubgate-user', 'X-HUBGATE-JWT', 'X-Hubgate-Groups', 'X-Hubgate-Kind'],
    ...['X-Hubgate-Scopes', 'X-Hubgate-Anything', 'X-Forwarded-User', 'Remote-User'],
  ])('gains nothing by %s, listed in Connection or not', async (name) => {
    const authorization = `token ${await gateway.token('ada')}`
    for (const connection of ['close', `close, ${name}`, 'close, X-Hubgate-User, Authorization']) {
      const forged = { authorization, connection, [name]: 'forged' }
      const { headers, claims } = seenIn(await plainRequest('GET', at('/services/wiki/'), forged))
      expect(claims).toMatchObject({ name: 'ada' })
      expect(headers['x-hubgate-user']).toEqual(['ada'])
      expect(JSON.stringify(headers)).not.toContain('forged')
    }
  })

  it('a proxy’s question about a WebSocket is answered like any other', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x' }
    const authorization = `token ${await gateway.token('ada')}`
    const ask = (more: Record<string, string>) =>
      plainRequest('GET', at('/hub/api/forward-auth/wiki'), { ...headers, ...more })
    expect((await ask({ authorization })).headers['x-hubgate-user']).toBe('ada')
    expect((await ask({})).status).toBe(401)
  })

  it.each(['X_Hubgate_User', 'X.Hubgate.User', 'X-Hubgate_User', 'X-Hubgate-User\u00a0'])(
    'is not even understood with %s',
    async (name) => {
      const before = wiki.seen.length
      const authorization = `Authorization: token ${await gateway.token('ada')}`
      const head = ['GET /services/wiki/ HTTP/1.1', 'Host: a', authorization, `${name}: forged`]
      const client = rawClient(gateway.port, `${head.join('\r\n')}\r\n\r\n`)
      expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 400 /)
      expect(wiki.seen.length).toBe(before)
    },
  )
})

describe('what is open', () => {
  /** A socket to the service, once the service has said who it is told is there. */
  async function open(headers: Record<string, string>) {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/services/wiki/live`, {
      headers,
    })
    const closed = new Promise<number>((resolve) => {
      socket.on('close', (code) => resolve(code))
    })
    const name = await new Promise<string>((resolve, reject) => {
      socket.on('message', (data) => {
        resolve((JSON.parse(String(data)) as { claims: { name: string } }).claims.name)
      })
      socket.on('unexpected-response', (_, response) => resolve(String(response.statusCode)))
      socket.on('error', reject)
    })
    return { socket, name, closed }
  }

  it('ends when the group that allowed it is lost, and nothing else does', async () => {
    const visitor = await signedIn('kim', at('/services/wiki/'))
    const cookie = visitor.cookiesFor(new URL(at('/services/wiki/')))
    const kims = await open({ cookie, origin: gateway.url })
    const adas = await open({ authorization: `token ${await gateway.token('ada')}` })
    expect([kims.name, adas.name]).toEqual(['kim', 'ada'])
    await gateway.api('DELETE', '/groups/class/users', { json: { users: ['kim'] } })
    expect(await kims.closed).toBe(1008)
    expect((await visitor.get(at('/services/wiki/'), SCRIPT)).status).toBe(403)
    expect(adas.socket.readyState).toBe(WebSocket.OPEN)
    adas.socket.terminate()
  })

  it('of another site is not opened at all', async () => {
    const visitor = await signedIn('ada', at('/services/wiki/'))
    const cookie = visitor.cookiesFor(new URL(at('/services/wiki/')))
    expect((await open({ cookie, origin: 'https://evil.test' })).name).toBe('403')
    expect((await open({ cookie })).name).toBe('403')
  })

  it('ends when its token is revoked', async () => {
    const { body } = await gateway.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
      json: {},
    })
    const { closed } = await open({ authorization: `Bearer ${body.token}` })
    await gateway.api('DELETE', `/users/ada/tokens/${body.id}`)
    expect(await closed).toBe(1008)
    await eventually('the token opens nothing', async () => {
      const authorization = `Bearer ${body.token}`
      return (await plainRequest('GET', at('/services/wiki/'), { authorization })).status === 403
    })
  })
})
