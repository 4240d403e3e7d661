import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ADMIN_TOKEN, eventually, GatewayProcess } from '../support/gateway-process.ts'
import { HttpBrowser } from '../support/http-browser.ts'
import type { ConfigInput } from '../support/hub.ts'
import { Open } from '../support/open-exchanges.ts'
import { signedCookie } from '../support/signed-cookie.ts'

/**
 * What reaches a server that checks its visitors itself, and what it must never see. Instead of
 * jupyterhub-singleuser one that lets everybody in and writes down what it is sent.
 */

const CLIENT = 'jupyterhub-user-ada'
const ACCESS = 'access:servers!server=ada/'

let one: GatewayProcess
let two: GatewayProcess

const config = (more: object = {}): ConfigInput => ({
  spawner: {
    kind: 'process',
    notebook_auth: 'oauth',
    cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
    ...more,
  },
})

const recordOf = (user: string) => join(one.dir, 'var', 'home', user, 'record.log')
const record = () => readFile(recordOf('ada'), 'utf8')
const cookie = (token: string) => `${CLIENT}="${signedCookie(CLIENT, token)}"`

function call(path: string, headers: Record<string, string> = {}, at = one): Promise<Response> {
  return fetch(`${at.url}/user/ada/${path}`, { headers, redirect: 'manual' })
}

/** Opens a WebSocket. @returns the status of a refusal, or 101 */
function dial(path: string, headers: Record<string, string> = {}): Promise<number> {
  const { promise, resolve: done, reject } = Promise.withResolvers<number>()
  const socket = new WebSocket(`${one.url.replace('http', 'ws')}/user/ada/${path}`, { headers })
  socket.on('open', () => done(101))
  socket.on('unexpected-response', (_, answer) => done(answer.statusCode ?? 0))
  socket.on('error', reject)
  return promise.finally(() => socket.terminate())
}

async function environment(): Promise<Record<string, string>> {
  const { environment: own } = (await (await call('')).json()) as {
    environment: Record<string, string>
  }
  return own
}

beforeAll(async () => {
  one = await GatewayProcess.start(config())
  two = await one.replica()
  await one.startServer('ada')
})

afterAll(async () => {
  await two.kill('SIGKILL')
  await one[Symbol.asyncDispose]()
})

beforeEach(() => writeFile(recordOf('ada'), ''))

describe('a server that checks its visitors itself', () => {
  it('is told in its environment where the hub is and who it is, and nothing of others', async () => {
    const own = await environment()
    const { JUPYTERHUB_API_URL: api = '' } = own
    // Whichever replica started it.
    expect([`${one.url}/hub/api`, `${two.url}/hub/api`]).toContain(api)
    expect(own).toMatchObject({
      JUPYTERHUB_ACTIVITY_URL: `${api}/users/ada/activity`,
      JUPYTERHUB_CLIENT_ID: CLIENT,
      JUPYTERHUB_SERVICE_PREFIX: '/user/ada/',
      JUPYTERHUB_SERVICE_URL: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/user\/ada\/$/,
      ) as string,
    })
    expect(JSON.stringify(own)).not.toContain(ADMIN_TOKEN)
    expect(own).not.toHaveProperty('HUBGATE_CANARY')
  })

  it('is reached without a credential, and is told of none', async () => {
    expect((await call('lab', { authorization: 'Basic YWRhOmNhbmFyeQ==' })).status).toBe(200)
    expect(await dial('ws')).toBe(101)
    expect(await record()).toMatch(/GET \/user\/ada\/lab\n[\s\S]*GET \/user\/ada\/ws\n/)
    expect((await record()).toLowerCase()).not.toContain('authorization')
  })

  it('is handed a notebook token as it came, and one from a URL in a header', async () => {
    const token = await one.token('ada', [ACCESS])
    expect((await call('lab', { authorization: `Bearer ${token}` })).status).toBe(200)
    expect(await record()).toContain(`Authorization\nBearer ${token}\n`)
    expect(await dial(`ws?token=${token}&a=1`)).toBe(101)
    const seen = await record()
    expect(seen).toContain('GET /user/ada/ws?a=1\n')
    expect(seen).toContain(`Authorization\ntoken ${token}\n`)
    expect(seen).not.toContain(`token=${token}`)
  })

  it('is never sent a hub token, wherever that is; nor is its own let in', async () => {
    const hubToken = await one.token('ada')
    const { JUPYTERHUB_API_TOKEN: own = '' } = await environment()
    await writeFile(recordOf('ada'), '')
    for (const token of [hubToken, own, ADMIN_TOKEN]) {
      const authorization = `token ${token}`
      const refusals = [
        await call('lab', { authorization }),
        await call(`lab?token=${token}`),
        await call('lab', { authorization: `bearer ${token}`, cookie: cookie(token) }),
      ]
      for (const answer of refusals) {
        expect(answer.status).toBe(403)
        expect(await answer.json()).toMatchObject({ error: 'hub_token_refused' })
      }
      expect(await dial('ws', { authorization })).toBe(403)
      expect(await dial(`ws?token=${token}`)).toBe(403)
    }
    expect(await record()).toBe('')
  })

  it('does not see what else of the hub’s a browser sends, however it is dressed up', async () => {
    const browser = new HttpBrowser()
    await browser.signIn(one.url, 'ada')
    const hubToken = await one.token('ada')
    const expired = cookie(await one.token('ada', ['access:servers!server=ada/gpu']))
    const headers = {
      authorization: `Basic token ${hubToken}`,
      cookie: `${browser.cookiesFor('/hub/home')}; ${cookie(hubToken)}; ${expired}; hubgate-server-x=canary; mine=1`,
      referer: `${one.url}/hub/api/oauth2/authorize?code=canary`,
    }
    expect((await call('lab', headers)).status).toBe(404)
    const others = headers.cookie.replace(`${expired}; `, '')
    expect((await call('lab', { ...headers, cookie: others })).status).toBe(200)
    const seen = await record()
    expect(seen).toMatch(/^Cookie\njupyterhub-session-id=[^;]+; mine=1$/im)
    for (const secret of [hubToken, 'canary', 'hubgate-']) expect(seen).not.toContain(secret)
  })
})

describe('who loses the right to such a server loses what is open, at another replica too', () => {
  const openAt = async (headers: Record<string, string>) => {
    const at = `${two.url}/user/ada/`
    await eventually('the other replica has the server', async () => {
      return (await call('', headers, two)).status === 200
    })
    return Open.at(at, { ...headers, origin: two.url })
  }

  it.each([
    [
      'in a header',
      (token: string): Record<string, string> => ({ authorization: `token ${token}` }),
    ],
    ['in the server’s cookie', (token: string) => ({ cookie: cookie(token) })],
  ])('with a token %s', async (_, headersOf) => {
    const made = await one.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
      json: { scopes: [ACCESS] },
    })
    const open = await openAt(headersOf(made.body.token))
    await one.api('DELETE', `/users/ada/tokens/${made.body.id}`)
    expect(await open.ends()).toEqual([1008, 'access revoked'])
    const after = await call('lab', headersOf(made.body.token), two)
    expect(after.status).toBe('cookie' in headersOf('x') ? 200 : 403)
    expect(await record()).not.toMatch(new RegExp(`GET /user/ada/lab[\\s\\S]*${CLIENT}=`))
  })

  it.each(['user', 'group'] as const)('with a share to a %s', async (kind) => {
    await one.api('POST', '/users/grace')
    await one.api('POST', '/groups/class', { json: { users: ['grace'] } })
    const grantee = kind === 'user' ? { user: 'grace' } : { group: 'class' }
    await one.api('POST', '/shares/ada/', { json: grantee })
    const token = await one.token('grace', [ACCESS])
    const open = await openAt({ cookie: cookie(token) })
    await one.api('PATCH', '/shares/ada/', { json: grantee })
    expect(await open.ends()).toEqual([1008, 'access revoked'])
    expect((await call('lab', { cookie: cookie(token) }, two)).status).toBe(404)
  })

  it('when it is stopped', async () => {
    const open = await openAt({})
    await one.api('DELETE', '/users/ada/server')
    expect((await open.ends())?.[0]).toBe(1012)
    expect((await call('lab')).status).toBe(403)
    await one.startServer('ada')
    expect((await call('lab')).status).toBe(200)
  })
})

it('keeps what it was started with when the configuration changes, and takes it over at its next start', async () => {
  await one.configure(config({ notebook_auth: 'gateway' }))
  await eventually('the change is in force', () => one.stderr.includes('configuration reloaded'))
  expect((await call('lab')).status).toBe(200)
  expect(await environment()).toHaveProperty('JUPYTERHUB_API_TOKEN')
  await one.api('DELETE', '/users/ada/server')
  await one.startServer('ada')
  expect((await call('lab')).status).toBe(403)
  const authorization = `token ${await one.token('ada', [ACCESS])}`
  const answer = (await (await call('', { authorization })).json()) as { environment: object }
  expect(answer.environment).not.toHaveProperty('JUPYTERHUB_API_TOKEN')
})
