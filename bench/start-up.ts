import { deepStrictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { openLog } from '../src/base/log.ts'
import { openStore } from '../src/store/open.ts'
import { seed, seededName } from '../test/support/seed.ts'
import { median, printTable, ROUNDS, whole } from './figures.ts'
import { startGateway } from './gateway.ts'
import { residentMemory } from './memory.ts'
import { startRedis } from './redis.ts'
import { scratchDir } from './scratch-dir.ts'

const USERS = [0, 1_000, 10_000, 100_000]
const DRIVERS = ['SQLite', 'Redis'] as const
const ADMIN = 'root'
const TOKEN = 'bench-admin-secret-0123456789abcdef0123456789abcdef'

interface Start {
  /** From the spawning of the process until it says that it is ready, in milliseconds. */
  ms: number
  /** Resident memory when it is ready, in MiB. */
  memory: number
}

/** A folder with a configuration, whose store has that many users. */
interface Place {
  driver: (typeof DRIVERS)[number]
  users: number
  dir: string
  starts: Start[]
}

/** Fills a store with users, one in twenty of whom has a stopped server, and starts on it once. */
async function prepare(
  driver: Place['driver'],
  users: number,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Place> {
  const dir = await scratchDir(cleanup)
  const url =
    driver === 'SQLite'
      ? `sqlite:${join(dir, 'hubgate.sqlite')}`
      : cleanup.use(await startRedis()).url('/0')
  const store = await openStore(url, { clock: systemClock, log: openLog('silent') })
  try {
    await seed(store, { users, stopped: users / 20, dead: 0, runDir: join(dir, 'runs') })
  } finally {
    await store.close()
  }
  const config = {
    listen: { port: 0, drain_delay: 0 },
    store: url,
    admin_users: [ADMIN],
    allow_all: true,
    authenticator: { kind: 'dummy', password: 'open sesame' },
    api_tokens: { [TOKEN]: ADMIN },
  }
  // Each JSON document is a YAML document.
  await writeFile(join(dir, 'hubgate.yaml'), JSON.stringify(config))
  // The first start makes what the configuration names: it is not like those that follow.
  await startOnce(dir, users, signal)
  return { driver, users, dir, starts: [] }
}

async function startOnce(dir: string, users: number, signal: AbortSignal): Promise<Start> {
  const begin = performance.now()
  const gateway = await startGateway(dir, signal)
  await using running = gateway.running
  const ms = performance.now() - begin
  const memory = await residentMemory(running.pid)
  await checkUsers(gateway.url, users, signal)
  return { ms, memory }
}

/** @throws AssertionError when the gateway does not serve the users that the store was filled with */
async function checkUsers(url: string, users: number, signal: AbortSignal): Promise<void> {
  const response = await fetch(new URL('hub/api/users?limit=3', url), {
    headers: { authorization: `token ${TOKEN}` },
    signal,
  })
  const answer = (await response.json()) as { name: string }[]
  deepStrictEqual(
    answer.map(({ name }) => name),
    users === 0 ? [ADMIN] : [0, 1, 2].map(seededName),
  )
}

function rowOf(users: number, places: readonly Place[]): string[] {
  const figures = places
    .filter((place) => place.users === users)
    .flatMap(({ starts }) => [
      whole(median(starts.map(({ ms }) => ms))),
      whole(median(starts.map(({ memory }) => memory))),
    ])
  return [whole(users), ...figures]
}

/** How long a start takes and what memory it needs, against the number of users in the store. */
export async function benchStartUp(signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const places: Place[] = []
  for (const users of USERS) {
    for (const driver of DRIVERS) places.push(await prepare(driver, users, cleanup, signal))
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const place of round % 2 === 0 ? places : places.toReversed()) {
      place.starts.push(await startOnce(place.dir, place.users, signal))
    }
  }
  printTable(`start-up: from spawn to ready, and memory then, median of ${ROUNDS} rounds`, [
    ['users', ...DRIVERS.flatMap((driver) => [`${driver} ms`, `${driver} MiB`])],
    ...USERS.map((users) => rowOf(users, places)),
  ])
}
