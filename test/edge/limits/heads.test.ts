import { describe, expect, it } from 'vitest'
import { rawClient } from '../../proxy/raw-connection.ts'
import { eventually } from '../../support/gateway-process.ts'
import { get, openListening } from './listening.ts'

const PATIENCE_MS = 60_000

const filler = (bytes: number): string => `X-Filler: ${'x'.repeat(bytes)}`

describe('a head that is refused', () => {
  it('is 431 when it is too long', async () => {
    const { port, rejected, targets } = await openListening({ limits: { header_bytes: 8192 } })
    const long = rawClient(port, get('/', filler(9000)))
    await long.closed
    expect(long.text).toMatch(/^HTTP\/1\.1 431 .*connection: close\r\n\r\n\{"status":431,/s)
    const short = rawClient(port, get('/', filler(7000)))
    await short.until(/ok$/)
    expect(rejected).toEqual(['headers_too_large'])
    expect(targets).toEqual(['/'])
  })

  it('is 431 also while the client goes on sending', async () => {
    const { port, rejected } = await openListening()
    const client = rawClient(port, get('/', filler(400_000)))
    await client.until(/^HTTP\/1\.1 431 /)
    await client.closed
    expect(rejected).toEqual(['headers_too_large'])
  })

  it.each(['not HTTP at all\r\n\r\n', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 'GET / HTTP/1.1\nbad'])(
    'is 400 when it is none: %j',
    async (head) => {
      const { port, rejected, targets } = await openListening()
      const client = rawClient(port, head)
      client.socket.end()
      await client.closed
      expect(client.text).toMatch(/^HTTP\/1\.1 400 .*\{"status":400,/s)
      expect(rejected).toEqual(['bad_request'])
      expect(targets).toEqual([])
    },
  )

  it('ends the connection of a client that never closes its own side', async () => {
    const { port, open } = await openListening()
    rawClient(port, 'nonsense\r\n\r\n')
    const isGone = await eventually('it is gone', () => open() === 0, PATIENCE_MS)
    expect(isGone).toBe(true)
  })
})

describe('listen.head_timeout', () => {
  const config = { listen: { head_timeout: 0.3 } }

  it('is 408 for a head that does not arrive in time, byte for byte', async () => {
    const { port, rejected, targets } = await openListening(config)
    const client = rawClient(port, 'GET / HTTP/1.1\r\nHost: hub.test\r\nX-Slow: ')
    const drip = setInterval(() => client.send('x'), 50)
    await client.closed
    clearInterval(drip)
    expect(client.text).toMatch(/^HTTP\/1\.1 408 .*\{"status":408,/s)
    expect(rejected).toEqual(['head_timeout'])
    expect(targets).toEqual([])
  })

  it('closes a connection that says nothing, without a word', async () => {
    const { port, rejected, open } = await openListening(config)
    const client = rawClient(port, '')
    await client.closed
    expect(client.text).toBe('')
    expect(rejected).toEqual(['unused_connection'])
    await eventually('it is not counted any more', () => open() === 0, PATIENCE_MS)
  })

  it('holds for the second request of a connection', async () => {
    const { port, rejected } = await openListening(config)
    const client = rawClient(port, get('/'))
    await client.until(/ok$/)
    client.send('GET /second HTTP/1.1\r\n')
    await client.closed
    expect(client.text).toMatch(/ok.*HTTP\/1\.1 408 /s)
    expect(rejected).toEqual(['head_timeout'])
  })

  it('is none for an answer that takes longer', async () => {
    const { port, rejected } = await openListening(config, {
      request: async (_request, response) => {
        setTimeout(() => response.end('ok'), 1_000)
      },
    })
    const client = rawClient(port, get('/'))
    await client.until(/200 OK.*ok$/s)
    expect(rejected).toEqual([])
  })
})
