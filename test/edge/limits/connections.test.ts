import { describe, expect, it } from 'vitest'
import { AddressLimit } from '../../../src/edge/limits/address-limit.ts'
import { rawClient } from '../../proxy/raw-connection.ts'
import { eventually } from '../../support/gateway-process.ts'
import { get, openListening } from './listening.ts'

const PATIENCE_MS = 60_000

/** Opens a connection that is answered, and stays. */
async function connected(port: number) {
  const client = rawClient(port, get('/'))
  await client.until(/ok$/)
  return client
}

/** A connection that was closed without an answer. */
async function turnedAway(port: number): Promise<void> {
  const client = rawClient(port, get('/'))
  await client.closed
  expect(client.text).toBe('')
}

describe('limits.connections', () => {
  it('turns away what is too much, and takes on what comes when there is room again', async () => {
    // Answers that never come: these connections are not idle.
    const { port, rejected, open } = await openListening(
      { limits: { connections: 2 } },
      { request: async () => undefined },
    )
    const held = [rawClient(port, get('/')), rawClient(port, get('/'))]
    await eventually('both are open', () => open() === 2, PATIENCE_MS)
    await turnedAway(port)
    expect(rejected).toEqual(['connections'])

    held[0]?.socket.resetAndDestroy()
    await eventually('one is gone', () => open() === 1, PATIENCE_MS)
    const next = rawClient(port, get('/'))
    await eventually('there is room', () => open() === 2, PATIENCE_MS)
    expect(next.socket.destroyed).toBe(false)
    await turnedAway(port)
  })

  it('ends idle connections to make room', async () => {
    const { port, open } = await openListening({ limits: { connections: 2 } })
    const idle = [await connected(port), await connected(port)]
    await turnedAway(port)
    await Promise.all(idle.map(({ closed }) => closed))
    await eventually('they are not counted any more', () => open() === 0, PATIENCE_MS)
    await connected(port)
  })

  it('is taken from the configuration in force', async () => {
    const { port, open, reload } = await openListening(
      { limits: { connections: 1 } },
      { request: async () => undefined },
    )
    rawClient(port, get('/'))
    await eventually('it is open', () => open() === 1, PATIENCE_MS)
    reload({ limits: { connections: 0 } })
    // It is noticed with the next connection, whether or not there is room for that one.
    await turnedAway(port)
    rawClient(port, get('/'))
    await eventually('there is no limit', () => open() === 2, PATIENCE_MS)
  })
})

describe('limits.connections_per_address', () => {
  it('turns away what is too much, and takes on what comes when there is room again', async () => {
    const { port, rejected, open } = await openListening({ limits: { connections_per_address: 2 } })
    const held = [await connected(port), await connected(port)]
    await turnedAway(port)
    await turnedAway(port)
    expect(rejected).toEqual(['connections_per_address', 'connections_per_address'])

    held[0]?.socket.resetAndDestroy()
    await eventually('one is gone', () => open() === 1, PATIENCE_MS)
    await connected(port)
    await turnedAway(port)
  })

  it('does not count trusted proxies', async () => {
    const { port, rejected } = await openListening({
      limits: { connections_per_address: 1 },
      trusted_proxies: ['127.0.0.0/8'],
    })
    for (let i = 0; i < 3; i++) await connected(port)
    expect(rejected).toEqual([])
  })

  it('forgets addresses that have nothing open', () => {
    const limit = new AddressLimit()
    const rule = { limits: { connections_per_address: 2 }, trusted_proxies: [] }
    const leave = ['10.0.0.1', '10.0.0.1', '10.0.0.2'].map((from) => limit.enter(from, rule))
    expect(limit.enter('::ffff:10.0.0.1', rule)).toBeUndefined()
    expect(limit.size).toBe(2)
    for (const one of leave) one?.()
    expect(limit.size).toBe(0)
  })

  it('counts the /64 of an IPv6 address as one', () => {
    const limit = new AddressLimit()
    const rule = { limits: { connections_per_address: 1 }, trusted_proxies: [] }
    expect(limit.enter('2001:db8:1:2::1', rule)).toBeDefined()
    expect(limit.enter('2001:db8:1:2:ffff:ffff:ffff:ffff', rule)).toBeUndefined()
    expect(limit.enter('2001:db8:1:3::1', rule)).toBeDefined()
  })
})
