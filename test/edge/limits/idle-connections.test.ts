import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { rawClient } from '../../proxy/raw-connection.ts'
import { get, openListening } from './listening.ts'

const IDLE = { listen: { keep_alive_timeout: 0.1 } }
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'] as const

/** Many times as long as an idle connection is kept. */
const LONG_MS = 800

it('ends a connection that was answered and is asked no more', async () => {
  const { port, rejected } = await openListening(IDLE)
  const client = rawClient(port, get('/'))
  await client.closed
  expect(client.text).toMatch(/^HTTP\/1\.1 200 OK.*ok$/s)
  expect(rejected).toEqual([])
})

it('ends none with an answer to come, and no new one', async () => {
  const { port } = await openListening(IDLE, {
    request: async (_request, response) => {
      await delay(LONG_MS)
      response.end('ok')
    },
  })
  const client = rawClient(port, '')
  await delay(LONG_MS)
  client.send(get('/'))
  await client.until(/200 OK.*ok$/s)
  await client.closed
  expect(client.text.match(/HTTP/g)).toHaveLength(1)
})

it('ends none that has become another protocol’s', async () => {
  const { port, targets } = await openListening(IDLE, {
    upgrade: async (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
      await delay(LONG_MS)
      socket.end('still here')
    },
  })
  const client = rawClient(port, get('/socket', ...UPGRADE))
  await client.until(/still here$/)
  expect(targets).toEqual(['/socket'])
})
