import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { openStore } from '../../src/store/open.ts'
import { seed, seededName } from '../../test/support/seed.ts'
import { startGateway } from '../gateway.ts'
import type { Subject } from './subject.ts'
import { ADMIN, ask, GROUPS, groupName, makeToken } from './subject.ts'

/** A gateway with its SQLite file in the directory. */
export async function startHubgate(
  dir: string,
  users: number,
  tokens: number,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Subject> {
  const url = `sqlite:${join(dir, 'hubgate.sqlite')}`
  const store = await openStore(url, { clock: systemClock, log: openLog('silent') })
  try {
    await seed(store, { users, stopped: users, dead: 0, runDir: join(dir, 'runs') })
  } finally {
    await store.close()
  }
  const secret = randomBytes(16).toString('hex')
  const config = {
    listen: { port: 0, drain_delay: 0 },
    store: url,
    admin_users: [ADMIN],
    allow_all: true,
    authenticator: { kind: 'dummy', password: 'open sesame' },
    api_tokens: { [secret]: ADMIN },
    api_page_max_limit: 100_000,
  }
  // Each JSON document is a YAML document.
  await writeFile(join(dir, 'hubgate.yaml'), JSON.stringify(config))
  const options = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean)
  const gateway = await startGateway(dir, signal, options)
  const { pid } = cleanup.use(gateway.running)
  const port = Number(new URL(gateway.url).port)
  await ask(port, secret, 'POST', '/groups', {
    groups: Array.from({ length: GROUPS }, (_, n) => groupName(n)),
  })
  const admin = await makeToken(port, secret, ADMIN)
  const made: string[] = []
  for (let n = 0; n < tokens; n++) made.push(await makeToken(port, admin, seededName(n)))
  return { name: 'hubgate', port, pid, admin, tokens: made }
}
