import { describe, expect, it, onTestFinished } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import { openLog } from '../../src/base/log.ts'
import type { LiveExchange, Standing } from '../../src/proxy/connections.ts'
import { Connections } from '../../src/proxy/connections.ts'
import { Watchdog } from '../../src/proxy/watchdog.ts'
import type { TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'

/** Ends when it is closed, as a real one does; answers what it is told to. */
class Probe implements LiveExchange {
  readonly kind = 'websocket'
  readonly credentialId: string
  readonly server: string
  answer: () => Promise<Standing> = () => Promise.resolve('pass')
  asked = 0
  /** The codes that it was closed with. */
  readonly codes: number[] = []
  readonly #unregister: () => void

  constructor(connections: Connections, credentialId: string, server = 'ada/') {
    this.credentialId = credentialId
    this.server = server
    this.#unregister = connections.register(this, { key: 'user 1', isOwner: true })
  }

  recheck(): Promise<Standing> {
    this.asked += 1
    return this.answer()
  }

  close({ code }: { code: number }): void {
    this.codes.push(code)
    this.#unregister()
  }
}

const refused = (): Promise<Standing> => Promise.resolve('refused')
const lost = (): Promise<Standing> => Promise.reject(new HubgateError('unavailable'))

interface Kennel {
  hub: TestHub
  connections: Connections
  watchdog: Watchdog
  probe: (credentialId: string, server?: string) => Probe
}

async function kennel(graceMs = 60_000): Promise<Kennel> {
  const hub = await openTestHub()
  const connections = new Connections()
  const { store } = hub
  const log = openLog('silent')
  const watchdog = new Watchdog({ store, connections, log, graceMs: () => graceMs })
  watchdog.start()
  onTestFinished(() => watchdog.close())
  const probe = (credentialId: string, server?: string): Probe =>
    new Probe(connections, credentialId, server)
  return { hub, connections, watchdog, probe }
}

describe('what is open', () => {
  it.each(['token', 'session', 'server-session', 'user', 'group', 'server'])(
    'is checked when a %s changes, and closed when it is refused; the rest stays',
    async (kind) => {
      const { hub, probe } = await kennel()
      const [gone, stays] = [probe('t1'), probe('t2')]
      gone.answer = refused
      await hub.store.commit({ set: [{ key: [kind, 'x', 'y'], value: {} }] })
      await expect.poll(() => gone.codes, { timeout: 1_500 }).toEqual([1008])
      expect(stays.codes).toEqual([])
      expect(stays.asked).toBeGreaterThan(0)
    },
  )

  it('is checked when another replica changes something', async () => {
    const { hub, probe } = await kennel()
    const other = await hub.another()
    const gone = probe('t1')
    gone.answer = refused
    await other.store.commit({ set: [{ key: ['token', 'x'], value: {} }] })
    await expect.poll(() => gone.codes, { timeout: 5_000 }).toEqual([1008])
  })

  it('is checked without any change: things expire', async () => {
    const { probe } = await kennel()
    const gone = probe('t1')
    await expect.poll(() => gone.asked, { timeout: 5_000 }).toBe(1)
    gone.answer = refused
    await expect.poll(() => gone.codes, { timeout: 5_000 }).toEqual([1008])
  })

  it('is asked for once for each credential and server', async () => {
    const { watchdog, probe } = await kennel()
    const [first, second, elsewhere] = [probe('t1'), probe('t1'), probe('t1', 'ada/gpu')]
    watchdog.look()
    await expect.poll(() => elsewhere.asked).toBe(1)
    expect([first.asked, second.asked]).toEqual([1, 0])
  })

  it('is asked for one by one when the first is refused: they may have come in other ways', async () => {
    const { watchdog, probe } = await kennel()
    const [first, second, third] = [probe('t1'), probe('t1'), probe('t1')]
    first.answer = refused
    third.answer = refused
    watchdog.look()
    await expect.poll(() => third.codes).toEqual([1008])
    expect(first.codes).toEqual([1008])
    expect(second.codes).toEqual([])
  })

  it('is checked again when something changes during a round', async () => {
    const { watchdog, probe } = await kennel()
    const one = probe('t1')
    const { promise, resolve } = Promise.withResolvers<Standing>()
    one.answer = () => promise
    watchdog.look()
    await expect.poll(() => one.asked).toBe(1)
    watchdog.look()
    one.answer = refused
    resolve('pass')
    await expect.poll(() => one.codes, { timeout: 5_000 }).toEqual([1008])
  })

  it('is closed when its check breaks down', async () => {
    const { watchdog, probe } = await kennel()
    const [broken, stays] = [probe('t1'), probe('t2')]
    broken.answer = () => Promise.reject(new TypeError('broken'))
    watchdog.look()
    await expect.poll(() => broken.codes).toEqual([1008])
    expect(stays.codes).toEqual([])
  })

  it('is checked in its thousands', async () => {
    const { watchdog, probe } = await kennel()
    const probes = Array.from({ length: 3_000 }, (_, i) => probe(`t${i}`))
    for (const [i, one] of probes.entries()) if (i % 2 === 0) one.answer = refused
    watchdog.look()
    await expect.poll(() => probes.filter(({ codes }) => codes[0] === 1008)).toHaveLength(1_500)
    expect(probes.every(({ codes }, i) => codes.length === (i + 1) % 2)).toBe(true)
  })
})

describe('without the store', () => {
  it('what is open goes on within the grace, and afterwards once the store is back', async () => {
    const { probe } = await kennel()
    const one = probe('t1')
    one.answer = lost
    await expect.poll(() => one.asked, { timeout: 10_000 }).toBeGreaterThanOrEqual(2)
    one.answer = () => Promise.resolve('pass')
    const before = one.asked
    await expect.poll(() => one.asked, { timeout: 10_000 }).toBeGreaterThan(before)
    expect(one.codes).toEqual([])
  })

  it('what cannot be checked is closed after the grace, to try again later', async () => {
    const { probe } = await kennel(1_000)
    const [one, two, known] = [probe('t1'), probe('t1'), probe('t2')]
    one.answer = lost
    two.answer = lost
    await expect.poll(() => two.codes, { timeout: 10_000 }).toEqual([1013])
    expect(one.codes).toEqual([1013])
    expect(one.asked).toBeGreaterThanOrEqual(2)
    expect(known.codes).toEqual([])
  })

  it('and without a grace what cannot be checked is closed at once', async () => {
    const { watchdog, probe } = await kennel(0)
    const one = probe('t1')
    one.answer = lost
    watchdog.look()
    await expect.poll(() => one.codes, { timeout: 5_000 }).toEqual([1013])
    expect(one.asked).toBe(1)
  })

  it('a check that is not answered has found out nothing, and holds up no other', async () => {
    const { watchdog, probe } = await kennel(0)
    const [hangs, gone] = [probe('t1'), probe('t2')]
    hangs.answer = () => new Promise(() => undefined)
    gone.answer = refused
    watchdog.look()
    await expect.poll(() => gone.codes).toEqual([1008])
    await expect.poll(() => hangs.codes, { timeout: 10_000 }).toEqual([1013])
  })
})
