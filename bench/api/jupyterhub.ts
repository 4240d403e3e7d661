import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../../test/support/free-port.ts'
import { seededName } from '../../test/support/seed.ts'
import { Running } from '../gateway.ts'
import type { Subject } from './subject.ts'
import { ADMIN, ask, GROUPS, makeToken } from './subject.ts'

const PYTHON = join(import.meta.dirname, '..', '..', '.venv', 'bin', 'python')
const CONFIG = join(import.meta.dirname, 'jupyterhub-config.py')
const SEED = join(import.meta.dirname, 'seed-jupyterhub.py')

/** Between two looks whether it is ready, in milliseconds. */
const LOOK_MS = 200

export async function jupyterHubVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-m', 'jupyterhub', '--version'])
  return stdout.trim()
}

/** A real JupyterHub with its own SQLite file in the directory. */
export async function startJupyterHub(
  dir: string,
  users: number,
  tokens: number,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Subject> {
  const db = `sqlite:///${join(dir, 'jupyterhub.sqlite')}`
  await promisify(execFile)(PYTHON, [SEED, db, `${users}`, `${GROUPS}`], { signal })
  const port = await freePort()
  const secret = randomBytes(16).toString('hex')
  const child = spawn(PYTHON, ['-m', 'jupyterhub', '-f', CONFIG], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      BENCH_DB_URL: db,
      BENCH_PORT: `${port}`,
      BENCH_PUBLIC_PORT: `${await freePort()}`,
      BENCH_TOKEN: secret,
    },
  })
  const { pid } = cleanup.use(new Running(child))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000)
  })
  while (!(await answers(port, secret))) {
    if (child.exitCode !== null) throw new Error(`JupyterHub ended:\n${log}`)
    await delay(LOOK_MS, undefined, { signal })
  }
  const admin = await makeToken(port, secret, ADMIN)
  const made: string[] = []
  for (let n = 0; n < tokens; n++) made.push(await makeToken(port, admin, seededName(n)))
  return { name: 'JupyterHub', port, pid, admin, tokens: made }
}

function answers(port: number, token: string): Promise<boolean> {
  return ask(port, token, 'GET', '/user').then(
    () => true,
    () => false,
  )
}
