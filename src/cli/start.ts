import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { openLog } from '../base/log.ts'
import { randomSecret } from '../base/random.ts'
import type { LoadOptions } from '../config/load.ts'
import { loadSnapshot } from '../config/load.ts'
import { MAX_WORKERS } from '../config/sections/listen.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { openGateway } from '../edge/gateway.ts'
import type { Supervisor } from '../workers/supervisor.ts'
import { openWorkers } from '../workers/supervisor.ts'
import { faultText } from './fault-text.ts'
import { endOnFault } from './last-resort.ts'
import { freePort } from './port.ts'

/** Where a password that was made up is kept, so that it outlives a restart. */
const PASSWORD_FILE = 'var/password'

/** JupyterLab that `npm start` installed goes before the machine's own. */
function useOwnJupyter(): void {
  const bin = join(import.meta.dirname, '..', '..', '.venv', 'bin')
  if (existsSync(bin)) process.env['PATH'] = `${bin}${delimiter}${process.env['PATH'] ?? ''}`
}

function madeUpPassword(): string {
  if (existsSync(PASSWORD_FILE)) {
    const kept = readFileSync(PASSWORD_FILE, 'utf8').trim()
    if (kept.length >= 12) return kept
  }
  const password = randomSecret().slice(0, 16)
  mkdirSync(dirname(PASSWORD_FILE), { recursive: true, mode: 0o700 })
  writeFileSync(PASSWORD_FILE, `${password}\n`, { mode: 0o600 })
  return password
}

function greet(gateway: Supervisor, password: string | undefined, admins: readonly string[]): void {
  console.log(`hubgate is ready at ${gateway.url}`)
  if (password === undefined) return
  const who = admins[0] ?? 'any name'
  console.log(`Sign in as ${who} with the password ${password}`)
  console.log(`(made up, kept in ${PASSWORD_FILE}; set authenticator.password for your own)`)
}

/** Resolves with the first signal that asks the process to end. */
function ended(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
}

interface Wish {
  overrides: NonNullable<LoadOptions['overrides']>
  madeUpPassword: string | undefined
  log: Log
}

/** One process, or as many as `listen.workers` says. */
async function open(snapshot: Snapshot, wish: Wish): Promise<Supervisor> {
  const { host, port, workers } = snapshot.config.listen
  const count = workers === 'auto' ? Math.min(availableParallelism(), MAX_WORKERS) : workers
  if (count === 1) return openGateway({ ...wish, snapshot, clock: systemClock })
  const overrides = port === 0 ? { ...wish.overrides, port: await freePort(host) } : wish.overrides
  return openWorkers({
    ...wish,
    overrides,
    snapshot: port === 0 ? await loadSnapshot(snapshot.file, { overrides }) : snapshot,
    program: join(import.meta.dirname, 'worker.ts'),
    workers: count,
    clock: systemClock,
  })
}

/**
 * `hubgate start`: runs a replica until SIGTERM or SIGINT ends it, or somebody ends the whole hub over
 * the API; servers go on running unless that was asked as well.
 * @returns the exit code
 */
export async function runStart(
  file: string,
  overrides: NonNullable<LoadOptions['overrides']>,
): Promise<number> {
  useOwnJupyter()
  try {
    const snapshot = await loadSnapshot(file, { overrides })
    const { authenticator, admin_users, log_level } = snapshot.config
    const password = authenticator.password === undefined ? madeUpPassword() : undefined
    const log = openLog(log_level)
    endOnFault(log)
    const gateway = await open(snapshot, { overrides, madeUpPassword: password, log })
    try {
      greet(gateway, password, admin_users)
      await Promise.race([ended(), gateway.asked])
    } finally {
      await gateway.close()
    }
    return 0
  } catch (error) {
    console.error(faultText(error))
    return 1
  }
}
