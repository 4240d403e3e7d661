import { chmodSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start()
  await gateway.api('POST', '/users/ada')
})

afterAll(() => gateway[Symbol.asyncDispose]())

interface ErrorBody {
  status: number
  message: string
}

/** The gateway takes the change of its file up. */
async function spawnWith(spawner: object): Promise<void> {
  const before = gateway.stderr.length
  await gateway.configure({ spawner: { kind: 'process', ...spawner } })
  await eventually('the configuration is taken up', () =>
    gateway.stderr.slice(before).includes('configuration'),
  )
}

const noServerRuns = () => expect(gateway.serverProcesses()).toEqual([])

describe('a server that cannot start is told with its cause', () => {
  it('when the command does not exist', async () => {
    await spawnWith({ cmd: ['no-such-command-anywhere'] })
    const { status, body } = await gateway.api<ErrorBody>('POST', '/users/ada/server')
    expect(status).toBe(500)
    expect(body.message).toContain('no-such-command-anywhere')
    noServerRuns()
  })

  it('when the command exits at once, with its last lines in the progress', async () => {
    const script = join(gateway.dir, 'exit.sh')
    writeFileSync(script, '#!/bin/sh\necho the disk is on fire >&2\nexit 3\n')
    chmodSync(script, 0o755)
    await spawnWith({ cmd: [script] })
    const { status, body } = await gateway.api<ErrorBody>('POST', '/users/ada/server')
    expect(status).toBe(500)
    expect(body.message).toContain('3')
    const progress = await gateway.api('GET', '/users/ada/server/progress')
    expect(progress.headers.get('content-type')).toContain('text/event-stream')
    expect(progress.text).toContain('"failed":true')
    expect(progress.text).toContain('the disk is on fire')
    noServerRuns()
  })

  it('when the command never listens', async () => {
    await spawnWith({ cmd: ['sleep', '600'], http_timeout: 1 })
    const { status, body } = await gateway.api<ErrorBody>('POST', '/users/ada/server')
    expect(status).toBe(500)
    expect(body.message).toMatch(/second/)
    await eventually('its process is gone', () => gateway.serverProcesses().length === 0)
    noServerRuns()
  })

  it('and is not started twice', async () => {
    await spawnWith({ cmd: ['sleep', '600'], http_timeout: 3 })
    const both = await Promise.all([
      gateway.api('POST', '/users/ada/server'),
      gateway.api('POST', '/users/ada/server'),
    ])
    const statuses = both.map(({ status }) => status)
    expect(statuses.every((status) => [202, 500].includes(status))).toBe(true)
    await eventually('it is given up', async () => {
      const { body } = await gateway.api<{ pending: string | null }>('GET', '/users/ada/server')
      return body.pending === null
    })
    await eventually('its process is gone', () => gateway.serverProcesses().length === 0)
    noServerRuns()
  })

  it('and can be called off while it starts', async () => {
    await spawnWith({ cmd: ['sleep', '600'], http_timeout: 60 })
    const start = gateway.api('POST', '/users/ada/server')
    await eventually('it starts', () => gateway.serverProcesses().length > 0)
    expect((await gateway.api('DELETE', '/users/ada/server')).status).toBe(204)
    expect((await start).status).toBe(409)
    noServerRuns()
  })
})

describe('bad requests get a 4xx that names what is wrong', () => {
  it.each([
    ['POST', '/users', '{"usernames": ', 400, 'Invalid JSON'],
    ['POST', '/users', '[]', 400, ''],
    ['POST', '/users', '{"usernames": "ada"}', 400, 'usernames'],
    ['POST', '/users', '{"usernames": [1]}', 400, 'usernames'],
    ['POST', '/users', '{}', 400, 'Must specify at least one user to create'],
    ['POST', '/users/x%2Fy', '', 400, ''],
    ['POST', '/users/ada', '', 409, 'ada'],
    ['PATCH', '/users/ada', '{"admin": "yes"}', 400, 'admin'],
    ['PATCH', '/users/ada', '{"shoe_size": 41}', 400, 'shoe_size'],
    ['GET', '/users/nobody', '', 404, ''],
    ['POST', '/users/nobody/server', '', 404, ''],
    ['DELETE', '/users/nobody/server', '', 404, ''],
    ['POST', '/users/ada/servers/NOT%20a%20name', '', 400, 'server_name'],
    ['POST', '/users/ada/tokens', '{"expires_in": "soon"}', 400, 'expires_in'],
    ['POST', '/users/ada/tokens', '{"expires_in": -1}', 400, 'expires_in'],
    ['POST', '/users/ada/tokens', '{"scopes": "all"}', 400, 'scopes'],
    ['POST', '/users/ada/tokens', '{"scopes": ["nonsense"]}', 400, 'nonsense'],
    ['POST', '/users/ada/tokens', '{"scopes": ["admin:users"]}', 400, 'admin:users'],
    ['GET', '/users?limit=many', '', 400, 'integers'],
    ['GET', '/users?state=sleepy', '', 400, 'sleepy'],
    ['GET', '/users?sort=shoe_size', '', 400, 'shoe_size'],
    ['POST', '/groups/g/users', '{"users": ["ada"]}', 404, 'g'],
    ['PUT', '/groups/g/properties', '[]', 400, ''],
    ['POST', '/users/ada/activity', '{}', 400, 'last_activity'],
    ['POST', '/users/ada/activity', '{"last_activity": "yesterday-ish"}', 400, 'timestamp'],
    ['PUT', '/users', '', 405, ''],
    ['GET', '/no/such/path', '', 404, ''],
  ])('%s %s %s → %i', async (method, path, text, status, named) => {
    const answer = await gateway.api<ErrorBody>(method, path, text === '' ? {} : { text })
    expect(answer.status).toBe(status)
    expect(answer.body.status).toBe(status)
    expect(String(answer.body.message)).toContain(named)
  })

  it('a start of a server that runs already', async () => {
    await spawnWith({ cmd: ['jupyter', 'server'] })
    await gateway.startServer('ada')
    const again = await gateway.api<ErrorBody>('POST', '/users/ada/server')
    expect(again.status).toBe(400)
    expect(again.body.message).toBe('ada is already running')
  })

  it('a body that is too large', async () => {
    const text = JSON.stringify({ usernames: ['x'.repeat(3_000_000)] })
    expect((await gateway.api('POST', '/users', { text })).status).toBe(413)
  })
})

describe('requests that two parsers could read differently are refused', () => {
  async function raw(bytes: string): Promise<string> {
    const socket = createConnection(gateway.port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
      if (answer.includes('\r\n\r\n')) socket.end()
    })
    socket.write(bytes, 'latin1')
    await new Promise((done) => socket.on('close', done).on('error', done))
    return answer
  }

  it.each([
    ['two hosts', 'GET /hub/api HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['an absolute target', 'GET http://evil/hub/api HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a target of an authority', 'GET //evil/hub HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['dots', 'GET /user/ada/../../hub/api HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['encoded dots', 'GET /user/ada/%2e%2e/eve/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an encoded slash in the name', 'GET /user/ada%2Feve/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a fragment', 'GET /user/ada/#x HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an underscore in a name', 'GET /hub/api HTTP/1.1\r\nHost: a\r\nX_Real_Ip: 1\r\n\r\n'],
    [
      'both framings',
      'POST /hub/api HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /hub/api HTTP/1.1\r\n\r\n'],
    ['not HTTP', 'hello\r\n\r\n'],
  ])('%s', async (_name, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('but an offer of another protocol is not taken up, and no harm', async () => {
    const answer = await raw(
      'GET /hub/api HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('and the gateway serves on', async () => {
    expect((await gateway.api('GET', '/', { token: null })).status).toBe(200)
  })
})
