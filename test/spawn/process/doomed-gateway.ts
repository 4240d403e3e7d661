/** A gateway's process that starts a run and never ends by itself: `node doomed-gateway.ts JSON`. */
import { systemClock } from '../../../src/base/clock.ts'
import { openLog } from '../../../src/base/log.ts'
import type { SpawnerConfig } from '../../../src/config/schema.ts'
import { openSpawner } from '../../../src/spawn/open.ts'
import type { SpawnRequest } from '../../../src/spawn/port.ts'

export interface DoomedTask {
  config: SpawnerConfig
  runDir: string
  state: Record<string, string | number>
  request: SpawnRequest
}

const task = JSON.parse(process.argv[2] ?? '') as DoomedTask
const spawner = openSpawner(task.config, {
  baseUrl: '/',
  runDir: task.runDir,
  clock: systemClock,
  log: openLog('silent'),
})
setInterval(() => undefined, 1000)
process.stdout.write('starting\n')
const context = { signal: new AbortController().signal, progress: () => undefined }
const { url } = await spawner.start(task.state, task.request, context)
process.stdout.write(`${url}\n`)
