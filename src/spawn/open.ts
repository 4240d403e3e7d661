import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SpawnerConfig } from '../config/schema.ts'
import type { Spawner } from './port.ts'
import { PortPicker } from './ports.ts'
import { ProcessSpawner } from './process/process-spawner.ts'

export interface OpenSpawnerOptions {
  /** The gateway's own prefix, `/`. */
  baseUrl: string
  /** Where runs keep their files (`var/servers`); absolute or relative to the working directory. */
  runDir: string
  clock: Clock
  log: Log
  /** For `GET /hub/api/info`; JupyterHub says `unknown` when there is none. */
  version?: string
}

/** The spawner that the config names: the only place that knows which there are. */
export function openSpawner(config: SpawnerConfig, options: OpenSpawnerOptions): Spawner {
  const { baseUrl, runDir, clock, log, version = 'unknown' } = options
  return new ProcessSpawner({ config, baseUrl, runDir, ports: new PortPicker(clock), log, version })
}
