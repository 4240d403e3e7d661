import { describe, expect, it, onTestFinished } from 'vitest'
import { HubgateError } from '../../../src/base/errors.ts'
import type { RoundsOptions } from '../../../src/hub/servers/rounds.ts'
import { Rounds } from '../../../src/hub/servers/rounds.ts'
import type { ServerRecord } from '../../../src/model/server.ts'
import { openTestHub } from '../../support/hub.ts'
import { seed, seededName } from '../../support/seed.ts'

/** Rounds over that many servers, some of them with a look of their own. */
async function rounds(
  servers: number,
  look: (server: ServerRecord) => Promise<void>,
  options: Partial<RoundsOptions> = {},
): Promise<Rounds> {
  const hub = await openTestHub()
  const runDir = `${hub.file}-runs`
  await seed(hub.store, { users: servers + 2, stopped: 1, dead: servers, runDir })
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  return new Rounds(hub, { look, signal: ending.signal, ...options })
}

const never = (): Promise<void> => new Promise(() => undefined)

describe('a round', () => {
  it('looks at each active server once, over several pages, a few at a time', async () => {
    const seen: string[] = []
    let now = 0
    let most = 0
    const all = await rounds(450, async (server) => {
      most = Math.max(most, ++now)
      await new Promise(setImmediate)
      seen.push(server.user)
      now--
    })
    await all.run()
    expect(seen.toSorted()).toEqual(Array.from({ length: 450 }, (_, n) => seededName(n)))
    expect(most).toBe(4)
  })

  it('goes on when a server cannot be looked at', async () => {
    const seen: string[] = []
    const all = await rounds(20, (server) => {
      seen.push(server.user)
      return server.user === seededName(0) ? Promise.reject(new Error('odd')) : Promise.resolve()
    })
    await all.run()
    expect(seen).toHaveLength(20)
  })

  it('leaves a look that hangs to itself, and does not begin it again', async () => {
    const seen: string[] = []
    const hangs = async (server: ServerRecord) => {
      seen.push(server.user)
      if (server.user === seededName(3)) await never()
    }
    const all = await rounds(20, hangs, { patienceMs: 20 })
    await all.run()
    expect(seen).toHaveLength(20)
    await all.run()
    expect(seen).toHaveLength(39)
  })

  it('ends when the store is lost, and the next one begins anew', async () => {
    let lost = true
    const seen: string[] = []
    const all = await rounds(20, (server) => {
      if (lost) return Promise.reject(new HubgateError('unavailable'))
      seen.push(server.user)
      return Promise.resolve()
    })
    await all.run()
    lost = false
    await all.run()
    expect(seen).toHaveLength(20)
  })

  it('is followed by another when one is asked for while it goes on', async () => {
    const seen: string[] = []
    const all = await rounds(10, (server) => {
      seen.push(server.user)
      return Promise.resolve()
    })
    await Promise.all([all.run(), all.run(), all.run()])
    expect(seen.length % 10).toBe(0)
    expect(seen.length).toBeGreaterThan(10)
  })

  it('ends without waiting for looks when the gateway ends', async () => {
    const ending = new AbortController()
    const all = await rounds(
      10,
      () => {
        ending.abort()
        return never()
      },
      { signal: ending.signal },
    )
    await expect(all.run()).resolves.toBeUndefined()
  })
})
