// A server over TLS is spoken with when its certificate verifies, and not otherwise (P40).
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Certificates } from '../support/certificates.ts'
import { makeCertificates } from '../support/certificates.ts'
import { openHarness } from '../support/forward-harness.ts'
import { rawClient } from './raw-connection.ts'

const GET = 'GET /user/ada/x HTTP/1.1\r\nHost: h\r\n\r\n'

let certificates: Certificates
let server: Server
let asked = 0
const trusted = getCACertificates('default')

const file = (name: string): string => readFileSync(join(certificates.folder, name), 'utf8')
const origin = (host: string): string => `https://${host}:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  certificates = makeCertificates()
  server = createServer({ cert: file('server.crt'), key: file('server.key') }, (_, response) => {
    asked++
    response.end(Buffer.alloc(1_000_000, 'x'))
  })
  new WebSocketServer({ server }).on('connection', (socket) => {
    asked++
    socket.on('message', (message) => socket.send(message))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  certificates[Symbol.dispose]()
})

function trust(): void {
  setDefaultCACertificates([...trusted, file('ca.crt')])
  onTestFinished(() => setDefaultCACertificates(trusted))
}

it('answers over one connection when its certificate verifies', async () => {
  trust()
  let connections = 0
  const count = (): void => {
    connections++
  }
  server.on('secureConnection', count)
  onTestFinished(() => void server.off('secureConnection', count))
  const { port } = await openHarness(origin('127.0.0.1'))
  const client = rawClient(port, GET)
  expect(await client.until(/x\r\n0\r\n\r\n$|x{1000}$/)).toMatch(/^HTTP\/1\.1 200 OK/)
  await expect.poll(() => client.text.length).toBeGreaterThan(1_000_000)
  client.send(GET)
  await expect.poll(() => client.text.length).toBeGreaterThan(2_000_000)
  expect(connections).toBe(1)
})

it('is 502 when nobody known issued it, and is sent nothing', async () => {
  const before = asked
  const { port } = await openHarness(origin('127.0.0.1'))
  expect(await rawClient(port, GET).until(/}$/)).toMatch(/^HTTP\/1\.1 502 [\s\S]*upstream_failed/)
  expect(asked).toBe(before)
})

it('is 502 when it is for another host, and is sent nothing', async () => {
  trust()
  const before = asked
  const { port } = await openHarness(origin('localhost'))
  expect(await rawClient(port, GET).until(/}$/)).toMatch(/^HTTP\/1\.1 502 [\s\S]*upstream_failed/)
  expect(asked).toBe(before)
})

describe('a WebSocket', () => {
  async function open(host = '127.0.0.1'): Promise<WebSocket> {
    const { port } = await openHarness(origin(host))
    const socket = new WebSocket(`ws://127.0.0.1:${port}/user/ada/x`)
    onTestFinished(() => socket.terminate())
    return socket
  }

  it('comes and goes whole when the certificate verifies', async () => {
    trust()
    const socket = await open()
    await once(socket, 'open')
    const messages = [2, 1_000, 16_384, 70_000, 3_000_000].map((size) => Buffer.alloc(size, 'wss'))
    const echoes: unknown[] = []
    socket.on('message', (message) => echoes.push(message))
    for (const message of messages) socket.send(message)
    await expect.poll(() => echoes.length, { timeout: 25_000 }).toBe(messages.length)
    expect(Buffer.concat(echoes as Buffer[]).equals(Buffer.concat(messages))).toBe(true)
    socket.close(4_000, 'enough')
    expect((await once(socket, 'close'))[0]).toBe(4_000)
  })

  it.each([
    ['nobody known issued the certificate', () => undefined, '127.0.0.1'],
    ['the certificate is for another host', trust, 'localhost'],
  ])('is 502 when %s, and the server is sent nothing', async (_, prepare, host) => {
    prepare()
    const before = asked
    const left = new Promise((resolve) => {
      server.once('connection', (connection) => connection.once('close', resolve))
    })
    const socket = await open(host)
    const [error] = (await once(socket, 'error')) as Error[]
    expect(error?.message).toContain('502')
    await left
    expect(asked).toBe(before)
  })
})
