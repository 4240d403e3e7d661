import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { samplesOf } from '../metrics/exposition.ts'
import { ADMIN_TOKEN, eventually, GatewayProcess, MAIN } from '../support/gateway-process.ts'
import { plainRequest } from '../support/plain-request.ts'

/** What a real gateway refuses because it is too much or too slow, and takes again afterwards. */

const PATIENCE_MS = 60_000

const CONFIG = {
  listen: { body_timeout: 0.5 },
  limits: {
    header_count: 30,
    target_bytes: 2048,
    requests_per_user: 3,
    requests_per_server: 4,
    websockets_per_user: 2,
  },
  spawner: {
    kind: 'process' as const,
    cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
  },
}

let gateway: GatewayProcess
const tokens: Record<string, string> = {}

beforeAll(async () => {
  gateway = await GatewayProcess.start(CONFIG)
  for (const user of ['ada', 'bob']) {
    await gateway.startServer(user)
    tokens[user] = await gateway.token(user, [`access:servers!server=${user}/`])
  }
  tokens['root'] = await gateway.token('root', ['access:servers!server=ada/'])
})

afterAll(() => gateway[Symbol.asyncDispose]())

const headersOf = (user: string) => ({ authorization: `token ${tokens[user] ?? ''}` })

/** An answer that goes on until its client goes away. */
async function openStream(user: string, server = user): Promise<IncomingMessage> {
  const url = `${gateway.url}/user/${server}/endless`
  const answer = await new Promise<IncomingMessage>((done, failed) => {
    get(url, { headers: headersOf(user), agent: false }, done).on('error', failed)
  })
  answer.on('error', () => undefined).resume()
  return answer
}

const visit = (user: string, path = '', headers: Record<string, string> = {}) =>
  plainRequest('GET', `${gateway.url}/user/${user}/${path}`, { ...headersOf(user), ...headers })

/** Opens a WebSocket. @returns it, or the status and text of the refusal */
async function openSocket(user: string): Promise<WebSocket | [number, string]> {
  const url = `${gateway.url.replace('http', 'ws')}/user/${user}/ws`
  const socket = new WebSocket(url, { headers: headersOf(user) })
  socket.on('error', () => undefined)
  return new Promise((done) => {
    socket.once('open', () => done(socket))
    socket.once('unexpected-response', (_request, answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.once('end', () => done([answer.statusCode ?? 0, text]))
    })
  })
}

async function rejections(): Promise<(reason: string) => number> {
  const { text } = await plainRequest('GET', `${gateway.url}/hub/metrics`, {
    authorization: `token ${ADMIN_TOKEN}`,
  })
  const samples = samplesOf(text)
  return (reason) => samples.get(`hubgate_rejected_total{reason="${reason}"}`) ?? -1
}

const passes = (user: string) =>
  eventually('they pass', async () => (await visit(user)).status === 200, PATIENCE_MS)

describe('limits.requests_per_user', () => {
  it('refuses what is too much until something is over, whatever the others do', async () => {
    const held = await Promise.all([1, 2, 3].map(() => openStream('ada')))
    const refused = await visit('ada')
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBe('1')
    expect(JSON.parse(refused.text)).toEqual({
      status: 429,
      message: expect.stringContaining('You have 3 requests under way') as string,
    })
    expect((await visit('bob')).status).toBe(200)

    held[0]?.socket.resetAndDestroy()
    expect(await passes('ada')).toBe(true)
    for (const answer of held) answer.destroy()
    expect((await rejections())('requests_per_user')).toBeGreaterThan(0)
  })

  it('counts nothing that broke off', async () => {
    expect(await passes('ada')).toBe(true)
    const gone = await Promise.all([1, 2, 3].map(() => openStream('ada')))
    for (const answer of gone) answer.socket.resetAndDestroy()
    const whole = async () => {
      const held = await Promise.all([1, 2, 3].map(() => openStream('ada')))
      const isWhole = held.every(({ statusCode }) => statusCode === 200)
      for (const answer of held) answer.destroy()
      return isWhole
    }
    expect(await eventually('all may be opened again', whole, PATIENCE_MS)).toBe(true)
    const none = async () => {
      const { text } = await plainRequest('GET', `${gateway.url}/hub/metrics`, {
        authorization: `token ${ADMIN_TOKEN}`,
      })
      return samplesOf(text).get('hubgate_underway{kind="http"}') === 0
    }
    expect(await eventually('nothing is under way', none, PATIENCE_MS)).toBe(true)
  })
})

it('limits.requests_per_server leaves half to the owner', async () => {
  const others = await Promise.all([1, 2].map(() => openStream('root', 'ada')))
  const third = await openStream('root', 'ada')
  expect(third.statusCode).toBe(429)
  const own = await Promise.all([1, 2].map(() => openStream('ada')))
  expect([...others, ...own].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
  const refused = await visit('ada')
  expect(refused.status).toBe(429)
  expect(refused.text).toContain('The server has as many requests')
  for (const answer of [...others, ...own, third]) answer.destroy()
  expect(await passes('ada')).toBe(true)
})

it('limits.websockets_per_user refuses what is too much until something is over', async () => {
  const first = await openSocket('ada')
  const second = await openSocket('ada')
  expect([first, second]).toEqual([expect.any(WebSocket), expect.any(WebSocket)])
  expect(await openSocket('ada')).toEqual([
    429,
    expect.stringContaining('You have 2 WebSockets open'),
  ])
  expect((await visit('ada')).status).toBe(200)
  if (first instanceof WebSocket) first.terminate()
  const next = await eventually('there is room', async () => {
    const socket = await openSocket('ada')
    return socket instanceof WebSocket ? socket : undefined
  })
  next.terminate()
  if (second instanceof WebSocket) second.terminate()
  expect((await rejections())('websockets_per_user')).toBeGreaterThan(0)
})

describe('a head', () => {
  it('may have limits.header_count headers', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-many-${i}`, '1']))
    expect((await visit('ada', '', many(20))).status).toBe(200)
    expect((await visit('ada', '', many(30))).status).toBe(431)
  })

  it('may have a target of limits.target_bytes', async () => {
    expect((await visit('ada', `?${'x'.repeat(1000)}`)).status).toBe(200)
    expect((await visit('ada', `?${'x'.repeat(2048)}`)).status).toBe(414)
  })

  it('is counted by why it was refused', async () => {
    const count = await rejections()
    expect(count('headers_too_large')).toBeGreaterThan(0)
    expect(count('target_too_long')).toBeGreaterThan(0)
    expect(count('connections')).toBe(0)
  })
})

it('listen.body_timeout ends requests to the hub, and not uploads to servers', async () => {
  const begin = (path: string, token: string) => {
    const socket = connect(gateway.port, '127.0.0.1')
    socket.on('error', () => undefined)
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: token ${token}\r\n`
    socket.write(`${head}Content-Length: 10\r\n\r\nhalf`)
    return socket
  }
  const upload = begin('/user/ada/upload', tokens['ada'] ?? '')
  const late = begin('/hub/api/users', ADMIN_TOKEN)
  let told = ''
  late.on('data', (chunk) => {
    told += String(chunk)
  })
  await once(late, 'close')
  expect(told).toMatch(/^HTTP\/1\.1 408 .*"status":408/s)
  expect((await rejections())('body_timeout')).toBe(1)
  let text = ''
  upload.on('data', (chunk) => {
    text += String(chunk)
  })
  upload.write('whole!')
  await eventually('the upload is answered', () => text.includes('{"bytes":10}'), PATIENCE_MS)
  upload.destroy()
})

describe('clients that vanish', () => {
  const upgrade = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: token ${tokens['ada'] ?? ''}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
  const plain = (method: string, path: string, body = '') =>
    `${method} ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: token ${tokens['ada'] ?? ''}\r\n${body}\r\n`

  const firstSign = (socket: Socket) =>
    new Promise<void>((done) => {
      for (const event of ['data', 'close']) socket.once(event, () => done())
    })

  it.each<[string, () => string]>([
    ['a WebSocket', () => upgrade('/user/ada/ws')],
    ['a WebSocket to a server that does not run', () => upgrade('/user/nobody/ws')],
    ['a WebSocket to the hub', () => upgrade('/hub/ws')],
    ['a WebSocket behind a request', () => plain('GET', '/hub/login') + upgrade('/user/ada/ws')],
    ['CONNECT', () => 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
    ['an upload', () => plain('POST', '/user/ada/upload', 'Content-Length: 100\r\n')],
    ['a chunked upload', () => plain('POST', '/user/ada/upload', 'Transfer-Encoding: chunked\r\n')],
    ['a download', () => plain('GET', '/user/ada/download?mb=50')],
    ['a form', () => plain('POST', '/hub/login', 'Content-Length: 100\r\n')],
    ['a change over the API', () => plain('POST', '/hub/api/users', 'Content-Length: 100\r\n')],
    ['a change in chunks', () => plain('POST', '/hub/api/users', 'Transfer-Encoding: chunked\r\n')],
    ['a form in chunks', () => plain('POST', '/hub/login', 'Transfer-Encoding: chunked\r\n')],
    ['a stream of events', () => plain('GET', '/user/ada/endless')],
    ['what forward-auth asks', () => upgrade('/hub/api/forward-auth/none')],
    [
      'an expectation',
      () => plain('POST', '/user/ada/upload', 'Expect: 100-continue\r\nContent-Length: 9\r\n'),
    ],
    ['many at once', () => plain('GET', '/user/ada/download?mb=1').repeat(3)],
    ['a head', () => plain('GET', '/hub/login').slice(0, 20)],
  ])('take nothing with them: %s', async (_, text) => {
    for (let i = 0; i < 20; i++) {
      const socket = connect(gateway.port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(text())
      // At once, or when something came back, or at some moment in between.
      if (i % 3 === 1) await Promise.race([firstSign(socket), delay(100)])
      if (i % 3 === 2) await delay(i)
      socket.resetAndDestroy()
    }
    expect((await plainRequest('GET', `${gateway.url}/hub/health`)).status).toBe(200)
    const idle = async () => {
      const { text: metrics } = await plainRequest('GET', `${gateway.url}/hub/metrics`, {
        authorization: `token ${ADMIN_TOKEN}`,
      })
      const samples = samplesOf(metrics)
      const underway = ['http', 'websocket'].map((kind) =>
        samples.get(`hubgate_underway{kind="${kind}"}`),
      )
      return underway.every((count) => count === 0)
    }
    expect(await eventually('nothing is under way', idle, PATIENCE_MS)).toBe(true)
    expect(gateway.stderr).not.toMatch(/"event":"fault"|"level":60/)
  })
})

it.each([1, 2])(
  'goes on when it has no file descriptors left, with --workers %d',
  async (workers) => {
    await using small = await GatewayProcess.start()
    await small.kill('SIGTERM')
    const start = [process.execPath, MAIN, 'start', '--config', small.configFile]
    const child = spawn(
      'sh',
      [
        ...['-c', 'ulimit -n 70; exec "$0" "$@"', ...start],
        ...['--port', String(small.port), '--workers', String(workers)],
      ],
      { cwd: small.dir, stdio: 'ignore' },
    )
    const health = () =>
      plainRequest('GET', `${small.url}/hub/health`).then(
        ({ status }) => status === 200,
        () => false,
      )
    try {
      await eventually('it serves', health, PATIENCE_MS)
      let closed = 0
      const sockets: Socket[] = []
      // One after the other: several processes must have dealt them out before they are all full.
      for (let i = 0; i < 150; i++) {
        const socket = connect(small.port, '127.0.0.1')
        sockets.push(socket)
        socket.on('error', () => undefined)
        socket.once('close', () => {
          closed += 1
        })
        await once(socket, 'connect').catch(() => undefined)
        await delay(2)
      }
      await eventually('it has turned some away', () => closed > 0, PATIENCE_MS)
      for (const socket of sockets) socket.destroy()
      expect(await eventually('it serves again', health, PATIENCE_MS)).toBe(true)
      expect(child.exitCode).toBeNull()
    } finally {
      const exited = child.exitCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await exited
    }
  },
)
