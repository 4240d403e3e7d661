import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../support/free-port.ts'
import { ADMIN_TOKEN, eventually, PYTHON, processesWith } from '../../support/gateway-process.ts'
import { exchange } from '../exchange.ts'
import { SETTING } from '../setting.ts'
import type { RunningHub } from '../side.ts'
import { Gates, SERVER } from './gates.ts'

const CONFIG = resolve('test/conformance/sides/jupyterhub-config.py')
const ROUTES = resolve('test/conformance/sides/jupyterhub-routes.py')

/** A route of JupyterHub's API. */
export interface JupyterHubRoute {
  /** Python's regular expression for the path below `/hub`. */
  pattern: string
  methods: string[]
}

/** Runs a Python program of the virtual environment and reads what it prints. */
function python(...args: string[]): string {
  const run = spawnSync(PYTHON, args, { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${PYTHON} ${args.join(' ')}: ${run.stderr}`)
  return run.stdout.trim()
}

/** The routes that the installed JupyterHub has. */
export function jupyterHubRoutes(): JupyterHubRoute[] {
  return JSON.parse(python(ROUTES)) as JupyterHubRoute[]
}

async function answers(port: number): Promise<boolean> {
  const message = { method: 'GET', path: '/hub/api', headers: {}, body: undefined }
  return exchange(port, message).then(
    ({ status }) => status === 200,
    () => false,
  )
}

function endAll(dir: string): void {
  for (const pid of processesWith(dir)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
}

/** Ends all processes that were started in the folder, and removes it. */
async function cleanUp(dir: string): Promise<void> {
  endAll(dir)
  await eventually('its processes are gone', () => processesWith(dir).length === 0)
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
}

/** Writes what jupyterhub-config.py reads. */
async function writeSetting(dir: string, port: number, gates: Gates): Promise<string> {
  const shared = { ...SETTING, api_tokens: { [ADMIN_TOKEN]: 'root', ...SETTING.api_tokens } }
  const setting = { shared, port, gates: gates.dir, homes: join(dir, 'homes'), server: SERVER }
  const file = join(dir, 'setting.json')
  await writeFile(file, JSON.stringify(setting))
  return file
}

/** The installed JupyterHub, with a folder, a database and a port of its own. */
export async function startJupyterHub(): Promise<RunningHub> {
  await using made = new AsyncDisposableStack()
  const gates = made.use(await Gates.make())
  const dir = made.adopt(await mkdtemp(join(tmpdir(), 'conformance-jupyterhub-')), cleanUp)
  const port = await freePort()
  const child = spawn(PYTHON, ['-m', 'jupyterhub', '-f', CONFIG], {
    cwd: dir,
    env: {
      ...process.env,
      CONFORMANCE_SETTING: await writeSetting(dir, port, gates),
      // The order of Python's sets, so that a run is as the one before.
      PYTHONHASHSEED: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-20_000)
    })
  }
  await eventually('JupyterHub answers', () => {
    if (child.exitCode !== null) throw new Error(`JupyterHub ended: ${printed}`)
    return answers(port)
  })
  const everything = made.move()
  return {
    name: 'JupyterHub',
    version: python('-c', 'import jupyterhub; print(jupyterhub.__version__)'),
    port,
    release: (server) => gates.open(server),
    tail: () => printed.slice(-4000),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
