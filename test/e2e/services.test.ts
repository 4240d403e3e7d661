import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../support/free-port.ts'
import { eventually, GatewayProcess, PYTHON } from '../support/gateway-process.ts'
import { HttpBrowser, xsrfIn } from '../support/http-browser.ts'
import { ExternalService, externalEnvironment, servicePath } from '../support/service-process.ts'

/**
 * Services written with `jupyterhub.services.auth` and with FastAPI, unmodified: who-am-I answers for a
 * person with a browser, for a token, and for nobody (wire-contract §7).
 */

const TOKENS = { plain: 'plain-service-secret-0123456789', fast: 'fast-service-secret-0123456789' }

let gateway: GatewayProcess
let stack: AsyncDisposableStack

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const [oauthPort, plainPort, fastPort] = [await freePort(), await freePort(), await freePort()]
  const urls = {
    plain: `http://127.0.0.1:${plainPort}`,
    fast: `http://127.0.0.1:${fastPort}`,
  }
  gateway = stack.use(
    await GatewayProcess.start({
      load_groups: { class: { users: ['ada'] } },
      load_roles: [
        { name: 'visitor', scopes: ['access:services'], groups: ['class'] },
        { name: 'user', scopes: ['self'] },
      ],
      services: [
        {
          name: 'whoami',
          url: `http://127.0.0.1:${oauthPort}`,
          command: [PYTHON, servicePath('whoami_oauth.py')],
          environment: { GREETING: 'hello' },
          oauth_client_allowed_scopes: ['read:users:groups!user'],
        },
        { name: 'plain', url: urls.plain, api_token: TOKENS.plain },
        {
          name: 'fast',
          url: urls.fast,
          api_token: TOKENS.fast,
          oauth_no_confirm: true,
          oauth_client_allowed_scopes: ['read:users:groups!user'],
        },
        { name: 'dead', url: `http://127.0.0.1:${await freePort()}`, timeout: 1 },
        { name: 'hidden', url: urls.plain, display: false },
        { name: 'without-pages' },
      ],
    }),
  )
  const plain = { name: 'plain', url: urls.plain, token: TOKENS.plain }
  stack.use(
    new ExternalService([servicePath('whoami_token.py')], externalEnvironment(gateway.url, plain)),
  )
  const fast = { name: 'fast', url: urls.fast, token: TOKENS.fast }
  stack.use(
    new ExternalService(['-m', 'uvicorn', 'whoami_fastapi:app', '--port', String(fastPort)], {
      ...externalEnvironment(gateway.url, fast),
      PYTHONPATH: servicePath('.'),
    }),
  )
  for (const name of ['whoami', 'plain', 'fast']) {
    await eventually(`${name} answers`, async () => {
      return (await fetch(`${gateway.url}/services/${name}/`)).status < 500
    })
  }
  for (const user of ['ada', 'eve']) await gateway.api('POST', `/users/${user}`)
})

afterAll(() => stack.disposeAsync())

interface Answer {
  status: number
  body: unknown
}

async function visit(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}/services/${path}`, { headers, redirect: 'manual' })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

const withToken = (token: string) => ({ authorization: `Bearer ${token}` })

const ADA = { name: 'ada', groups: ['class'] }

describe('who am I', () => {
  it.each([
    ['whoami', 'whoami/', `access:services!service=whoami`],
    ['fast', 'fast/me', `access:services!service=fast`],
  ])('%s: a person with a browser, who is asked or not', async (name, path, scope) => {
    const browser = new HttpBrowser()
    await browser.signIn(gateway.url, 'ada')
    const start = name === 'fast' ? '/services/fast/login' : '/services/whoami/'
    let page = await browser.get(gateway.url, start)
    if (name === 'whoami') {
      expect(page.at).toContain('/hub/api/oauth2/authorize')
      const scopes = [...page.text.matchAll(/name="scopes" value="([^"]+)"/g)].map((one) => one[1])
      expect(scopes).toContain(scope)
      page = await browser.post(gateway.url, page.at, [
        ['_xsrf', xsrfIn(page.text)],
        ...scopes.map((one) => ['scopes', one ?? ''] as const),
      ])
    }
    expect(page.at).toBe(`/services/${path}`)
    const found = JSON.parse(page.text)
    expect(found).toMatchObject(ADA)
    expect(found.scopes).toContain(scope)
  })

  it.each(['whoami/', 'plain/', 'fast/me'])('%s: a token that may come', async (path) => {
    const [name = ''] = path.split('/')
    const scope = `access:services!service=${name}`
    const token = await gateway.token('ada', [scope, 'read:users:groups!user=ada'])

    const { status, body } = await visit(path, withToken(token))

    expect(status).toBe(200)
    expect(body).toMatchObject(ADA)
    expect((body as { scopes: string[] }).scopes).toContain(scope)
  })

  it.each([
    ['whoami/', 403],
    ['plain/', 403],
    ['fast/me', 403],
  ])('%s: a token of somebody who may not', async (path, expected) => {
    const { status } = await visit(path, withToken(await gateway.token('eve')))

    expect(status).toBe(expected)
  })

  it('whoami: nobody is sent to sign in, and nobody gets anything from the others', async () => {
    const page = await new HttpBrowser().get(gateway.url, '/services/whoami/')

    expect(page.at).toContain('/hub/login')
    expect((await visit('whoami/')).status).toBe(302)
    expect((await visit('whoami/anybody')).body).toEqual({ name: null })
    expect((await visit('plain/')).status).toBe(403)
    expect((await visit('fast/me')).status).toBe(401)
  })

  it('whoami: somebody who may not come is told so on the way', async () => {
    const browser = new HttpBrowser()
    await browser.signIn(gateway.url, 'eve')

    const page = await browser.get(gateway.url, '/services/whoami/')

    expect(page.status).toBe(403)
    expect(page.at).toContain('/hub/api/oauth2/authorize')
  })

  it('refuses a notebook token at the edge, in a header and in the URL', async () => {
    const token = await gateway.token('ada', ['access:servers!user=ada'])

    for (const answer of [
      await visit('whoami/seen', withToken(token)),
      await visit(`whoami/seen?token=${token}`),
    ]) {
      expect(answer.status).toBe(403)
      expect(answer.body).toMatchObject({ error: 'notebook_token_refused' })
    }
  })

  it('ends what a sign-in gave when the person signs out', async () => {
    const browser = new HttpBrowser()
    await browser.signIn(gateway.url, 'ada')
    const signedIn = await browser.get(gateway.url, '/services/fast/login')
    expect(signedIn.status).toBe(200)

    await browser.post(gateway.url, '/hub/logout', { _xsrf: await browser.xsrf(gateway.url) })

    expect((await browser.get(gateway.url, '/services/fast/me')).status).toBe(401)
  })
})

it('the home page lists the services that a person may use', async () => {
  const listed = async (user: string) => {
    const browser = new HttpBrowser()
    await browser.signIn(gateway.url, user)
    const { text } = await browser.get(gateway.url, '/hub/home')
    return [...text.matchAll(/href="(\/services\/[^"]*)"/g)].map(([, href]) => href)
  }

  expect(await listed('ada')).toEqual(
    ['dead', 'fast', 'plain', 'whoami'].map((name) => `/services/${name}/`),
  )
  expect(await listed('eve')).toEqual([])
})

it('the log tells of a service that nobody has started', async () => {
  await eventually('it says so', () => /service\.silent.*"service":"dead"/.test(gateway.stderr))
  expect(gateway.stderr).not.toMatch(/service\.silent.*"service":"plain"/)
})

describe('what passes', () => {
  it('tokens and the cookies of the service do, the hub’s own do not', async () => {
    const token = await gateway.token('ada')
    const cookie = [
      'hubgate-login=secret',
      'hubgate-server-0123456789abcdef=secret',
      'jupyterhub-hub-login=secret',
      'jupyterhub-session-id=0123',
      '_xsrf=theirs',
      'service-whoami-oauth-state-abc=state',
      'other=1',
    ].join('; ')

    const { body } = await visit('whoami/seen?token=abc&x=1', {
      ...withToken(token),
      cookie,
      'x-forwarded-user': 'root',
      'x-hubgate-user': 'root',
    })

    const { headers, uri } = body as { headers: Record<string, string>; uri: string }
    expect(uri).toBe('/services/whoami/seen?token=abc&x=1')
    expect(headers['Authorization']).toBe(`Bearer ${token}`)
    expect(headers['Cookie']).toBe(
      'jupyterhub-session-id=0123; _xsrf=theirs; service-whoami-oauth-state-abc=state; other=1',
    )
    expect(headers).not.toHaveProperty('X-Forwarded-User')
    expect(headers).not.toHaveProperty('X-Hubgate-User')
    expect(headers).toMatchObject({ 'X-Forwarded-Proto': 'http', 'X-Forwarded-For': '127.0.0.1' })
  })

  it('a WebSocket does, and ends with its token', async () => {
    const token = await gateway.token('ada')
    const url = `${gateway.url.replace('http', 'ws')}/services/whoami/echo`
    const socket = new WebSocket(url, { headers: withToken(token) })
    const hello = await new Promise<string>((resolve, reject) => {
      socket.once('message', (data: Buffer) => resolve(data.toString()))
      socket.once('error', reject)
    })
    expect(JSON.parse(hello)).toMatchObject(ADA)
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))

    const listed = await gateway.api<{ api_tokens: { id: string }[] }>('GET', '/users/ada/tokens')
    for (const { id } of listed.body.api_tokens) {
      await gateway.api('DELETE', `/users/ada/tokens/${id}`)
    }

    expect(await closed).toBe(1008)
  })

  it('a name without its slash leads behind it; unknown and dead services say so', async () => {
    const bare = await fetch(`${gateway.url}/services/whoami?a=b`, { redirect: 'manual' })
    expect([bare.status, bare.headers.get('location')]).toEqual([301, '/services/whoami/?a=b'])
    expect(await visit('nobody/')).toMatchObject({ status: 404, body: { status: 404 } })
    const dead = await visit('dead/')
    expect(dead.status).toBe(502)
    expect(JSON.stringify(dead.body)).toContain('The service dead did not answer')
    const page = await fetch(`${gateway.url}/services/nobody/`, {
      headers: { accept: 'text/html' },
    })
    expect(page.headers.get('content-type')).toContain('text/html')
  })
})

it('the environment of a managed service is what JupyterHub gives, and nothing of the gateway’s', async () => {
  const { body } = await visit('whoami/environment')
  const environment = body as Record<string, string>

  expect(environment).toMatchObject({
    JUPYTERHUB_SERVICE_NAME: 'whoami',
    JUPYTERHUB_SERVICE_PREFIX: '/services/whoami/',
    JUPYTERHUB_API_URL: `${gateway.url}/hub/api`,
    JUPYTERHUB_BASE_URL: '/',
    JUPYTERHUB_CLIENT_ID: 'service-whoami',
    JUPYTERHUB_OAUTH_CALLBACK_URL: '/services/whoami/oauth_callback',
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: '["access:services","access:services!service=whoami"]',
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '["read:users:groups!user"]',
    JUPYTERHUB_HOST: '',
    GREETING: 'hello',
  })
  expect(environment).not.toHaveProperty('HUBGATE_CANARY')
  expect(environment).not.toHaveProperty('JUPYTERHUB_ACTIVITY_URL')
})

it('what it prints is in the log, its token is not', async () => {
  const { body } = await visit('whoami/environment')
  const token = (body as Record<string, string>)['JUPYTERHUB_API_TOKEN'] ?? ''

  expect(token).toMatch(/^hgh_/)
  expect(gateway.stderr).toContain('token is [redacted]')
  expect(gateway.stderr + gateway.stdout).not.toContain(token)
})

it('the API shows where services are, and the routing table as well', async () => {
  const { body } = await gateway.api<Record<string, { pid: number; url: string; prefix: string }>>(
    'GET',
    '/services',
  )
  const routes = await gateway.api<Record<string, { data: object }>>('GET', '/proxy')

  expect(body['whoami']).toMatchObject({
    prefix: '/services/whoami/',
    command: [PYTHON, servicePath('whoami_oauth.py')],
  })
  expect(body['whoami']?.pid).toBeGreaterThan(1)
  expect(routes.body['/services/whoami/']).toMatchObject({ data: { service: 'whoami' } })
})
