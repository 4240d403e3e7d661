import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { keys } from '../../src/hub/keys.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { RedisServer } from '../support/redis.ts'
import { seed, seededName } from '../support/seed.ts'

const USERS = 100_000
const SERVERS = 5_000
const DEAD = 300
const MAX_MEMORY_MB = 300

/** Who has the server of which nobody can find out whether it runs. */
const STUCK = seededName(0)

function sqliteUrl(dir: string): Promise<string> {
  return Promise.resolve(`sqlite:${join(dir, 'hubgate.sqlite')}`)
}

async function redisUrl(): Promise<string> {
  const redis = await RedisServer.start({ settings: ['--maxmemory-policy', 'noeviction'] })
  onTestFinished(() => redis[Symbol.asyncDispose]())
  return redis.url('/0')
}

/** A store as years of use leave it, after the machine went down with servers on it. */
async function fill(url: string, dir: string): Promise<Store> {
  const store = await openStore(url, { clock: systemClock, log: openLog('silent') })
  onTestFinished(() => store.close())
  const runDir = join(dir, 'runs')
  await seed(store, { users: USERS, stopped: SERVERS - DEAD, dead: DEAD, runDir })
  // To read a pipe into which nobody writes takes for ever, as on a file system that hangs.
  const claim = join(runDir, 'seeded-0', 'claim')
  await rm(claim)
  await promisify(execFile)('mkfifo', [claim])
  return store
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

async function firstUsers(gateway: GatewayProcess): Promise<string[]> {
  const { status, body } = await gateway.api<{ name: string }[]>('GET', '/users?limit=50')
  return status === 200 ? body.map(({ name }) => name) : []
}

describe.each([
  ['SQLite', sqliteUrl],
  ['Redis', redisUrl],
])('with 100,000 users and 5,000 servers in %s (invariant 11)', (_, urlIn) => {
  it('is ready before it knows which servers live, and finds the dead ones as it serves', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hubgate-start-up-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const url = await urlIn(dir)
    const store = await fill(url, dir)

    await using gateway = await GatewayProcess.start({ store: url, admin_users: ['root'] })
    expect(await residentMb(gateway.pid)).toBeLessThan(MAX_MEMORY_MB)

    const expected = Array.from({ length: 50 }, (_empty, n) => seededName(n))
    expect(await firstUsers(gateway)).toEqual(expected)
    const active = [DEAD]
    await eventually(
      'all dead servers are found, but for the one that cannot be looked at',
      async () => {
        expect(await firstUsers(gateway)).toEqual(expected)
        active.push(await store.count(keys.activeServers()))
        return active.at(-1) === 1
      },
      120_000,
    )
    expect(active.toSorted((a, b) => b - a)).toEqual(active)
    expect(new Set(active).size).toBeGreaterThan(2)

    const stuck = await store.get<ServerRecord>(keys.server(STUCK, ''))
    expect(stuck?.value).toMatchObject({ phase: 'ready', wanted: 'running' })
    const found = await store.get<ServerRecord>(keys.server(seededName(DEAD - 1), ''))
    expect(found?.value).toMatchObject({
      phase: 'stopped',
      wanted: 'stopped',
      failure: { reason: 'exited' },
    })
    const { body } = await gateway.api<{ servers: object }>('GET', `/users/${seededName(1)}`)
    expect(body.servers).toEqual({})
  })
})
