import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { openLog } from '../base/log.ts'
import { randomSecret } from '../base/random.ts'
import type { LoadOptions } from '../config/load.ts'
import { loadSnapshot } from '../config/load.ts'
import type { Gateway } from '../edge/gateway.ts'
import { openGateway } from '../edge/gateway.ts'
import { faultText } from './fault-text.ts'

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

function greet(gateway: Gateway, password: string | undefined, admins: readonly string[]): void {
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
    const gateway = await openGateway({
      snapshot,
      overrides,
      madeUpPassword: password,
      clock: systemClock,
      log: openLog(log_level),
    })
    greet(gateway, password, admin_users)
    await Promise.race([ended(), gateway.asked])
    await gateway.close()
    return 0
  } catch (error) {
    console.error(faultText(error))
    return 1
  }
}
