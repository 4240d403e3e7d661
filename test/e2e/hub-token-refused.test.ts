import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ADMIN_TOKEN, eventually, GatewayProcess } from '../support/gateway-process.ts'

/** Nothing that a hub token is sent with may reach a server (invariants 1 and 2). */

let gateway: GatewayProcess
let record: string
let hubToken: string
let notebookToken: string

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
    },
  })
  await gateway.startServer('ada')
  record = join(gateway.dir, 'var/home/ada/record.log')
  hubToken = await gateway.token('ada')
  notebookToken = await gateway.token('ada', ['access:servers!server=ada/'])
})

afterAll(() => gateway[Symbol.asyncDispose]())

beforeEach(() => writeFileSync(record, ''))

const seen = (): string => (existsSync(record) ? readFileSync(record, 'utf8') : '')

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' })
}

/** @returns 101 when the socket opened, else the status of the refusal */
function openSocket(path: string, headers: Record<string, string> = {}): Promise<number> {
  const { promise, resolve: answer, reject } = Promise.withResolvers<number>()
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, { headers })
  socket.on('open', () => {
    socket.close()
    answer(101)
  })
  socket.on('unexpected-response', (_request, response) => answer(response.statusCode ?? 0))
  socket.on('error', reject)
  return promise
}

describe('a hub token', () => {
  it.each([
    ['of the config map', () => ADMIN_TOKEN],
    ['of the API', () => hubToken],
  ])('%s in the header gets 403 and says how to get a notebook token', async (_name, token) => {
    const response = await get('/user/ada/api/kernels', { authorization: `token ${token()}` })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      status: 403,
      error: 'hub_token_refused',
      hint: expect.stringContaining('access:servers!server=ada/') as string,
    })
    expect(seen()).toBe('')
  })

  it.each(['Bearer', 'bearer', 'Token', 'TOKEN'])('as %s gets 403', async (scheme) => {
    const response = await get('/user/ada/api', { authorization: `${scheme} ${hubToken}` })
    expect(response.status).toBe(403)
    expect(seen()).toBe('')
  })

  it('in the URL gets 403', async () => {
    expect((await get(`/user/ada/api?token=${hubToken}`)).status).toBe(403)
    expect((await get(`/user/ada/api?a=1&token=${hubToken}&b=2`)).status).toBe(403)
    expect((await get(`/user/ada/api?%74oken=${hubToken}`)).status).toBe(403)
    expect(seen()).toBe('')
  })

  it('beside a notebook token gets 403', async () => {
    const response = await get(`/user/ada/api?token=${hubToken}`, {
      authorization: `token ${notebookToken}`,
    })
    expect(response.status).toBe(403)
    expect(seen()).toBe('')
  })

  it('gets 403 for a WebSocket, by header and by URL', async () => {
    const path = '/user/ada/api/kernels/x/channels'
    expect(await openSocket(path, { authorization: `token ${hubToken}` })).toBe(403)
    expect(await openSocket(`${path}?token=${hubToken}`)).toBe(403)
    expect(await openSocket(`${path}?session_id=1&token=${hubToken}`)).toBe(403)
    expect(seen()).toBe('')
  })
})

describe('a notebook token', () => {
  it('passes, and the server sees its own secret instead', async () => {
    const response = await get('/user/ada/hello?x=%2e', {
      authorization: `token ${notebookToken}`,
    })
    expect(response.status).toBe(200)
    expect(seen()).toContain('GET /user/ada/hello?x=%2e\n')
    expect(seen()).not.toContain(notebookToken)
    expect(seen()).toMatch(/authorization\ntoken [\w-]{43}/i)
  })

  it('opens a WebSocket by header and by URL, and the URL is cleaned', async () => {
    expect(await openSocket('/user/ada/ws', { authorization: `token ${notebookToken}` })).toBe(101)
    expect(await openSocket(`/user/ada/ws?a=1&token=${notebookToken}&b=%32`)).toBe(101)
    expect(seen()).toContain('GET /user/ada/ws?a=1&b=%32\n')
    expect(seen()).not.toContain(notebookToken)
  })

  it('gets 403 at the hub API but for who it belongs to', async () => {
    expect((await gateway.api('GET', '/users', { token: notebookToken })).status).toBe(403)
    expect((await gateway.api('GET', '/users/ada', { token: notebookToken })).status).toBe(403)
    const user = await gateway.api('GET', '/user', { token: notebookToken })
    expect(user.status).toBe(200)
    expect(user.body).toMatchObject({ kind: 'user', name: 'ada' })
  })

  it('does not open another user’s server', async () => {
    const other = await gateway
      .api('POST', '/users/eve')
      .then(() => gateway.token('eve', ['access:servers!user=eve']))
    const response = await get('/user/ada/api', { authorization: `token ${other}` })
    expect(response.status).toBe(403)
    expect(seen()).toBe('')
  })

  it('stops working when it is revoked', async () => {
    const made = await gateway.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
      json: { scopes: ['access:servers!server=ada/'] },
    })
    const headers = { authorization: `token ${made.body.token}` }
    expect((await get('/user/ada/', headers)).status).toBe(200)
    await gateway.api('DELETE', `/users/ada/tokens/${made.body.id}`)
    await eventually('it is refused', async () => (await get('/user/ada/', headers)).status === 403)
    expect((await get('/user/ada/', headers)).status).toBe(403)
  })
})

it('gives nothing for the server’s own secret', async () => {
  await get('/user/ada/', { authorization: `token ${notebookToken}` })
  const [, secret = ''] = /authorization\ntoken ([\w-]+)/i.exec(seen()) ?? []
  expect(secret).not.toBe('')
  writeFileSync(record, '')
  expect((await get('/user/ada/', { authorization: `token ${secret}` })).status).toBe(403)
  expect((await get(`/user/ada/?token=${secret}`)).status).toBe(403)
  expect(await openSocket(`/user/ada/ws?token=${secret}`)).toBe(403)
  expect((await gateway.api('GET', '/users', { token: secret })).status).toBe(403)
  expect(seen()).toBe('')
})

it('keeps the gateway’s own environment and cookies from the server', async () => {
  const response = await get('/user/ada/', {
    authorization: `token ${notebookToken}`,
    cookie: 'hubgate-login=abc; theme=dark; hubgate-server-0123=def',
  })
  expect(await response.text()).not.toContain('canary-of-the-gateway')
  expect(seen()).toContain('theme=dark')
  expect(seen()).not.toContain('hubgate-')
})
