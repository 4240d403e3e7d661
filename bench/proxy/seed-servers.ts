import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { recordId } from '../../src/hub/ids.ts'
import { keys } from '../../src/hub/keys.ts'
import { newServer, ready, spawning, startWanted } from '../../src/model/server-changes.ts'
import { processTable } from '../../src/spawn/machine/process-table.ts'
import { openStore } from '../../src/store/open.ts'
import type { Write } from '../../src/store/port.ts'
import type { BackendRoute } from './subject.ts'

/** Users that one commit makes. */
const BATCH = 500

/**
 * Fills a store with users who have a running server each, all of which are the one process. It is
 * found as the process spawner finds its runs after a restart.
 */
export async function seedServers(
  storeUrl: string,
  home: string,
  routes: readonly BackendRoute[],
  pid: number,
): Promise<void> {
  const dir = join(home, 'run')
  await mkdir(dir)
  const process = await processTable.find(pid)
  if (process === undefined) throw new Error('the backend is gone')
  const claim = [`${pid}`, process.start, await processTable.boot(), '.', '']
  await writeFile(join(dir, 'claim'), claim.join('\n'))
  const store = await openStore(storeUrl, { clock: systemClock, log: openLog('silent') })
  try {
    for (let from = 0; from < routes.length; from += BATCH) {
      const batch = routes.slice(from, from + BATCH)
      const { applied } = await store.commit({
        set: batch.flatMap((route, n) => writesOf(from + n, route, dir)),
      })
      if (!applied) throw new Error('the seed was not taken')
    }
  } finally {
    await store.close()
  }
}

function writesOf(n: number, { user, url, secret }: BackendRoute, dir: string): Write[] {
  const now = Date.now()
  const person = { id: recordId(now * 1_000 + n), name: user, admin: false, groups: [] }
  const runId = `bench-${n}`
  const { hostname, port } = new URL(url)
  const server = newServer({
    id: `bench-server-${n}`,
    user,
    userId: person.id,
    name: '',
    displayName: '',
    userOptions: null,
    by: user,
    now,
  })
  const wish = { runId, auth: 'gateway', secret, by: user, now, deadline: now } as const
  const run = { runId, dir, port: Number(port), ip: hostname }
  return [
    { key: keys.user(user), value: { ...person, created: now } },
    { key: keys.userById(person.id), value: { name: user } },
    { key: keys.userActivity(person.id), value: { at: now } },
    {
      key: keys.server(user, ''),
      value: ready(spawning(startWanted(server, wish), run, now), url, now),
    },
    { key: keys.activeServer(user, ''), value: {} },
  ]
}
