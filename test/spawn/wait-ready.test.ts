import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import type { PollResult } from '../../src/spawn/port.ts'
import { PortPicker } from '../../src/spawn/ports.ts'
import type { WaitReadyOptions } from '../../src/spawn/wait-ready.ts'
import { waitReady } from '../../src/spawn/wait-ready.ts'

const running = (): Promise<PollResult> => Promise.resolve({ running: true })

function options(port: number, more: Partial<WaitReadyOptions> = {}): WaitReadyOptions {
  return {
    url: `http://127.0.0.1:${port}`,
    prefix: '/user/ada/',
    signal: new AbortController().signal,
    alive: running,
    timeoutMs: 4000,
    ...more,
  }
}

async function listening(server: Server, port = 0): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const httpServer = (listener: RequestListener, port?: number) =>
  listening(createHttpServer(listener), port)

const freePort = () => new PortPicker({ now: () => 0 }).pick('127.0.0.1')

describe('a server is up', () => {
  test.each([200, 302, 403, 404])('when it answers %i', async (status) => {
    const seen: IncomingMessage[] = []
    const port = await httpServer((request, response) => {
      seen.push(request)
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    await waitReady(options(port))
    expect(new Set(seen.map(({ method, url }) => `${method} ${url}`))).toEqual(
      new Set(['GET /user/ada/api']),
    )
    expect(
      seen.flatMap(({ headers }) => [headers.authorization, headers.cookie]),
    ).not.toContainEqual(expect.any(String))
  })

  test('when it answers in the end, after errors', async () => {
    let requests = 0
    const port = await httpServer((_, response) => {
      response.writeHead(++requests < 5 ? 503 : 200).end()
    })
    await waitReady(options(port))
    expect(requests).toBeGreaterThanOrEqual(5)
  })

  test('when it begins to listen late', async () => {
    const port = await freePort()
    const ready = waitReady(options(port))
    const late = new Promise<void>((resolve, reject) => {
      setTimeout(() => {
        httpServer((_, response) => response.end(), port).then(() => resolve(), reject)
      }, 150)
    })
    await expect(Promise.all([ready, late])).resolves.toBeDefined()
  })

  test('when it answers a later connection although it leaves the first ones unanswered', async () => {
    let requests = 0
    const port = await httpServer((_, response) => {
      if (++requests > 3) response.end()
    })
    await waitReady(options(port))
    expect(requests).toBeGreaterThan(3)
  })

  test('when each of its answers takes longer than a quick attempt', async () => {
    const port = await httpServer((_, response) => {
      setTimeout(() => response.end(), 600)
    })
    await expect(waitReady(options(port))).resolves.toBeUndefined()
  })
})

describe('waiting ends', () => {
  const exit = { running: false, exitCode: 3, message: 'The server exited with code 3.' } as const

  test('at once when the process exits', async () => {
    const alive = () => Promise.resolve<PollResult>(exit)
    const waiting = waitReady(options(await freePort(), { alive, timeoutMs: 3_600_000 }))
    await expect(waiting).rejects.toMatchObject({
      code: 'spawn_failed',
      message: 'The server exited with code 3. It had not answered yet.',
      detail: { reason: 'exited', exitCode: 3 },
    })
  })

  test('in failure when another answers on the port of a process that exited', async () => {
    const port = await httpServer((_, response) => response.end())
    let polls = 0
    const alive = (): Promise<PollResult> =>
      Promise.resolve(++polls === 1 ? { running: true } : exit)
    await expect(waitReady(options(port, { alive }))).rejects.toMatchObject({
      detail: { reason: 'exited' },
    })
  })

  test('when the time is up and it never listened', async () => {
    const port = await freePort()
    await expect(waitReady(options(port, { timeoutMs: 200 }))).rejects.toMatchObject({
      code: 'spawn_failed',
      message: `The server did not listen on 127.0.0.1:${port} within 0.2 seconds.`,
      detail: { reason: 'timeout' },
    })
  })

  test.each<[string, (socket: Socket) => void]>([
    ['silence', () => undefined],
    ['something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['a reset', (socket) => socket.resetAndDestroy()],
  ])('when the time is up and it listened but answered with %s', async (_, answer) => {
    const port = await listening(createServer(answer))
    await expect(waitReady(options(port, { timeoutMs: 1500 }))).rejects.toMatchObject({
      message: `The server listens on 127.0.0.1:${port} but did not answer HTTP within 1.5 seconds.`,
      detail: { reason: 'timeout' },
    })
  })

  test('when the time is up and it answered with errors only', async () => {
    const port = await httpServer((_, response) => response.writeHead(500).end())
    await expect(waitReady(options(port, { timeoutMs: 1000 }))).rejects.toMatchObject({
      message: `The server on 127.0.0.1:${port} answered only with errors (HTTP 500) within 1 seconds.`,
      detail: { reason: 'timeout' },
    })
  })

  test('when the start is cancelled, with the reason that was given', async () => {
    const port = await freePort()
    await expect(waitReady(options(port, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'spawn_failed',
      detail: { reason: 'cancelled' },
    })
    const cancel = new AbortController()
    const waiting = waitReady(options(port, { signal: cancel.signal }))
    cancel.abort(new HubgateError('conflict', 'Somebody else took over.'))
    await expect(waiting).rejects.toMatchObject({ code: 'conflict' })
  })

  test('with whatever the look at the process failed with', async () => {
    const alive = () => Promise.reject(new Error('disk on fire'))
    await expect(waitReady(options(await freePort(), { alive }))).rejects.toThrow('disk on fire')
  })
})
