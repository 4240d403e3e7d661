/** Real runs in a temporary directory; everything they start is killed when the test ends. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { openLog } from '../../../src/base/log.ts'
import { randomId, randomSecret } from '../../../src/base/random.ts'
import type { SpawnerConfig } from '../../../src/config/schema.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { hubEnvironment } from '../../../src/spawn/hub-environment.ts'
import { procTable } from '../../../src/spawn/machine/process-table.ts'
import { openSpawner } from '../../../src/spawn/open.ts'
import type { SpawnContext, Spawner, SpawnRequest } from '../../../src/spawn/port.ts'

/** What every server is told of the hub. */
export const HUB = {
  baseUrl: '/',
  publicUrl: undefined,
  apiUrl: 'http://127.0.0.1:8000/hub/api',
  clientId: 'jupyterhub-user-ada',
}

export interface Rig {
  dir: string
  config: SpawnerConfig
  spawner: Spawner
  /** Another spawner over the same directory, as a restarted gateway has. */
  another(): Spawner
  /** A new run of ada's; whatever it starts is killed at the end of the test. */
  request(more?: Partial<SpawnRequest>): SpawnRequest
}

/** A start that nobody cancels. */
export const patient = (): SpawnContext => ({
  signal: new AbortController().signal,
  progress: () => undefined,
})

/** A stop that nobody hurries. */
export const never = new AbortController().signal

/** The `cmd` for a script of Node's. */
export const node = (script: string): string[] => [process.execPath, '-e', script]

/** Answers every request with 200 on the port and address that it is told. */
export const HTTP_SERVER =
  'require("node:http").createServer((_, r) => r.end("hello")).listen(process.env.PORT, process.env.IP)'

/** Pids of the living processes that began with the run's mark. */
export async function processesOf(runId: string): Promise<number[]> {
  const entries = await procTable.list()
  const living = entries.filter((entry) => entry.state !== 'Z').map((entry) => entry.pid)
  return [...(await procTable.withVariable(living, `HUBGATE_RUN_ID=${runId}`))]
}

/** Asks again until the answer is not undefined; the test's own time-out is the limit. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(10)
  }
}

/** The content of a file once it has some. */
export const content = (path: string): Promise<string> =>
  eventually(async () => (await readFile(path, 'utf8').catch(() => '')) || undefined)

export async function killRun(runId: string): Promise<void> {
  for (let pids = await processesOf(runId); pids.length > 0; pids = await processesOf(runId)) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has just ended.
      }
    }
    await sleep(10)
  }
}

export async function makeRig(config: Partial<SpawnerConfig> = {}): Promise<Rig> {
  const dir = await mkdtemp(join(tmpdir(), 'hubgate-spawn-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  const full = {
    ...configSchema.parse({}).spawner,
    notebook_dir: join(dir, 'home', '{username}'),
    environment: { PORT: '{port}', IP: '{ip}' },
    ...config,
  }
  const another = (): Spawner =>
    openSpawner(full, {
      baseUrl: '/',
      runDir: join(dir, 'servers'),
      clock: systemClock,
      log: openLog('silent'),
    })
  return {
    dir,
    config: full,
    spawner: another(),
    another,
    request(more = {}) {
      const named = {
        runId: randomId(),
        auth: 'gateway' as const,
        user: 'ada',
        server: '',
        prefix: '/user/ada/',
        secret: randomSecret(),
        userOptions: null,
        ...more,
      }
      const request = { environment: hubEnvironment({ ...named, ...HUB }), ...named }
      onTestFinished(() => killRun(request.runId))
      return request
    },
  }
}
