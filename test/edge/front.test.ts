import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { FrontOptions } from '../../src/edge/front.ts'
import { Front } from '../../src/edge/front.ts'
import { Listener } from '../../src/edge/listener.ts'
import { rawClient } from '../proxy/raw-connection.ts'
import { NO_TRAFFIC } from '../support/no-traffic.ts'
import { get } from './limits/listening.ts'

/** A gateway that sends everybody on to the hub who visits a server. */
async function openFront(more: object = {}): Promise<number> {
  const common = {
    config: () => configSchema.parse({}),
    traffic: NO_TRAFFIC,
    log: openLog('silent'),
  }
  const notebook = { serve: () => Promise.resolve({ location: '/hub/' }) }
  const renderError = () => new Response('no', { status: 400 })
  const parts = { notebook, renderError, isOAuth: () => false, ...more }
  const front = new Front({ ...common, baseUrl: '/', ...parts } as unknown as FrontOptions)
  const listener = new Listener({ ...common, front })
  onTestFinished(() => listener.close(0))
  return listener.listen('127.0.0.1', 0, false)
}

it('ends the connection of a visitor who is sent on with a body that nobody reads', async () => {
  const client = rawClient(await openFront(), get('/user/ada/', 'Content-Length: 10'))
  await client.closed
  expect(client.text).toMatch(/^HTTP\/1\.1 302 Found\r\n.*\r\nConnection: close\r\n/s)
})

it('keeps the connection of one without a body', async () => {
  const client = rawClient(await openFront(), get('/user/ada/'))
  await client.until(/302 .*\r\n\r\n$/s)
  client.send(get('/user/ada/'))
  expect(await client.until(/(302 .*){2}\r\n\r\n$/s)).not.toContain('Connection: close')
})

it('cuts a client off whose answer broke off while it waited for the one before', async () => {
  const slow = Promise.withResolvers<undefined>()
  const port = await openFront({
    notebook: { serve: () => slow.promise },
    api: (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200).write('half')
      return Promise.reject(new Error('the store is gone'))
    },
  })
  const client = rawClient(port, get('/user/ada/') + get('/hub/api/users'))
  await client.closed
  expect(client.text).not.toContain('half')
})

describe('a client that still sends when it has its answer', () => {
  const head = (target: string) =>
    `POST ${target} HTTP/1.1\r\nHost: h\r\nContent-Length: 999999\r\n\r\n`

  it.each([
    ['refused', '/hub/api/users/../x', 400],
    ['sent on', '/user/ada/', 302],
  ])('is not reset when it was %s', async (_, target, status) => {
    const client = rawClient(await openFront(), `${head(target)}${'x'.repeat(1_000)}`)
    const errors: Error[] = []
    client.socket.on('error', (error) => errors.push(error))
    client.socket.allowHalfOpen = true
    await once(client.socket, 'end')
    for (let i = 0; i < 20; i++) {
      client.send('x'.repeat(1_000))
      await delay(5)
    }
    expect(errors).toEqual([])
    expect(client.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    // What is behind its request is none.
    client.send('x'.repeat(999_999 - 21_000) + get('/user/ada/'))
    client.socket.end()
    await client.closed
    expect(client.text.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  it('is cut off when it goes on and on', async () => {
    const client = rawClient(await openFront(), head('/user/ada/'))
    client.socket.allowHalfOpen = true
    const drip = setInterval(() => client.send('x'), 50)
    onTestFinished(() => clearInterval(drip))
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 302 /)
  })
})
