import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../src/base/hash.ts'
import { recordId } from '../../src/hub/ids.ts'
import { keys } from '../../src/hub/keys.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { isActive } from '../../src/model/server.ts'
import { newServer, ready, spawning, startWanted } from '../../src/model/server-changes.ts'
import type { Store, Write } from '../../src/store/port.ts'

/** Entries that one commit makes. */
const BATCH = 2_000

/** When everything began, in milliseconds since the epoch. */
const EPOCH = Date.UTC(2026, 0, 1)

export interface SeedOptions {
  users: number
  /** Stopped servers, one a user. */
  stopped: number
  /** Servers that are said to be ready and whose processes ended with another boot of the machine. */
  dead: number
  /** Where the dead servers' runs are. */
  runDir: string
}

/** The name of the nth user; those with dead servers come first, then those with stopped ones. */
export const seededName = (n: number): string => `student-${String(n).padStart(6, '0')}`

/** Fills a store as years of use do: users who were active, and a server each of some. */
export async function seed(store: Store, options: SeedOptions): Promise<void> {
  let batch: Write[] = []
  for (let n = 0; n < options.users; n++) {
    batch.push(...(await writesOf(n, options)))
    if (batch.length < BATCH && n + 1 < options.users) continue
    const { applied } = await store.commit({ set: batch })
    if (!applied) throw new Error('the seed was not taken')
    batch = []
  }
}

async function writesOf(n: number, { dead, stopped, runDir }: SeedOptions): Promise<Write[]> {
  const user = {
    id: recordId(EPOCH * 1_000 + n),
    name: seededName(n),
    admin: false,
    groups: [],
    created: EPOCH + n,
  }
  const person = [
    { key: keys.user(user.name), value: user },
    { key: keys.userById(user.id), value: { name: user.name } },
    { key: keys.userActivity(user.id), value: { at: EPOCH + n } },
  ]
  if (n >= dead + stopped) return person
  const server = newServer({
    id: `seeded-${n}`,
    user: user.name,
    userId: user.id,
    name: '',
    displayName: '',
    userOptions: null,
    by: user.name,
    now: EPOCH + n,
  })
  return [...person, ...serverWrites(n < dead ? await deadServer(server, n, runDir) : server)]
}

function serverWrites(server: ServerRecord): Write[] {
  const { user, name } = server
  const record = { key: keys.server(user, name), value: server }
  return isActive(server) ? [record, { key: keys.activeServer(user, name), value: {} }] : [record]
}

/** A run as the process spawner leaves it behind when the machine goes down. */
async function deadServer(server: ServerRecord, n: number, runDir: string): Promise<ServerRecord> {
  const runId = `seeded-${n}`
  const run = { runId, dir: join(runDir, runId), port: 20_000 + n, ip: '127.0.0.1' }
  await mkdir(run.dir, { recursive: true })
  await writeFile(join(run.dir, 'claim'), `${100_000 + n}\n1\nanother-boot\n.\n`)
  const now = server.created
  const secret = sha256(runId)
  const wish = { runId, auth: 'gateway', secret, by: server.user, now, deadline: now } as const
  const url = `http://127.0.0.1:${run.port}`
  return ready(spawning(startWanted(server, wish), run, now), url, now)
}
