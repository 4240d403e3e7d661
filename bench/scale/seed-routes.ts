import { sha256 } from '../../src/base/hash.ts'
import { recordId } from '../../src/hub/ids.ts'
import { keys } from '../../src/hub/keys.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { newServer, ready, spawning, startWanted } from '../../src/model/server-changes.ts'
import type { Store, Write } from '../../src/store/port.ts'
import { seededName } from '../../test/support/seed.ts'

/** Routes that one commit makes. */
const BATCH = 1_000
const EPOCH = Date.UTC(2026, 0, 1)

/** One in so many users has a named server beside the default one. */
const NAMED_EVERY = 10
export const NAMED = 'gpu'

export const hasNamed = (n: number): boolean => n % NAMED_EVERY === 0

/** A server that is ready, as the process spawner's are. */
export function readyServer(user: string, name: string, port: number, run = ''): ServerRecord {
  const now = EPOCH
  const runId = sha256(`${user}/${name}/${run}`).slice(0, 24)
  const server = newServer({
    id: recordId(EPOCH * 1_000 + port),
    user,
    userId: recordId(EPOCH * 1_000 + port),
    name,
    displayName: '',
    userOptions: null,
    by: user,
    now,
  })
  const secret = sha256(runId)
  const wish = { runId, auth: 'gateway', secret, by: user, now, deadline: now } as const
  const dir = `/srv/hubgate/var/servers/${runId}`
  const state = { runId, dir, port, ip: '127.0.0.1' }
  return ready(spawning(startWanted(server, wish), state, now), `http://127.0.0.1:${port}`, now)
}

/** What a commit writes that makes a server one with a route. */
export function routeWrites(server: ServerRecord): Write[] {
  const { user, name } = server
  return [
    { key: keys.server(user, name), value: server },
    { key: keys.activeServer(user, name), value: {} },
  ]
}

/** What is in a store. */
export interface Seeded {
  routes: number
  users: number
}

/** Fills a store with so many routes, or one more. */
export async function seedRoutes(store: Store, routes: number): Promise<Seeded> {
  let made = 0
  let batch: Write[] = []
  const commit = async (): Promise<void> => {
    if (batch.length > 0) await store.commit({ set: batch })
    batch = []
  }
  let users = 0
  for (let n = 0; made < routes; n++) {
    users++
    for (const name of hasNamed(n) ? ['', NAMED] : ['']) {
      batch.push(...routeWrites(readyServer(seededName(n), name, 10_000 + (n % 50_000))))
      made++
    }
    if (batch.length >= 2 * BATCH) await commit()
  }
  await commit()
  return { routes: made, users }
}
