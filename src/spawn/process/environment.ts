import { userInfo } from 'node:os'
import type { SpawnerConfig } from '../../config/schema.ts'
import type { SpawnRequest } from '../port.ts'
import { RUN_ID_VARIABLE } from './family.ts'
import type { Placeholders } from './placeholders.ts'
import { fillPlaceholders } from './placeholders.ts'

export interface EnvironmentInput {
  config: Pick<SpawnerConfig, 'env_keep' | 'environment'>
  request: SpawnRequest
  /** The gateway's own prefix, `/`. */
  baseUrl: string
  /** The server's home directory. */
  home: string
  placeholders: Placeholders
  /** The gateway's environment, of which only `env_keep` passes. */
  parent: NodeJS.ProcessEnv
}

function shellOf(parent: NodeJS.ProcessEnv): string {
  if (parent['SHELL'] !== undefined) return parent['SHELL']
  try {
    return userInfo().shell ?? '/bin/sh'
  } catch {
    // The gateway's uid has no entry in the system's user list, as in many containers.
    return '/bin/sh'
  }
}

/**
 * The whole environment of a server (wire-contract §5.1): what `env_keep` names, what a Jupyter
 * server behind a hub expects, then `spawner.environment`, which wins; but for the run's mark, by
 * which the run's processes are found when it ends.
 */
export function serverEnvironment(input: EnvironmentInput): Record<string, string> {
  const { config, request, parent } = input
  const environment: Record<string, string> = {}
  for (const name of config.env_keep) {
    const value = parent[name]
    if (value !== undefined) environment[name] = value
  }
  Object.assign(environment, {
    HOME: input.home,
    USER: request.user,
    SHELL: shellOf(parent),
    JUPYTER_TOKEN: request.secret,
    JUPYTERHUB_USER: request.user,
    JUPYTERHUB_SERVER_NAME: request.server,
    JUPYTERHUB_SERVICE_PREFIX: request.prefix,
    JUPYTERHUB_BASE_URL: input.baseUrl,
  })
  for (const [name, value] of Object.entries(config.environment)) {
    environment[name] = fillPlaceholders(value, input.placeholders)
  }
  environment[RUN_ID_VARIABLE] = request.runId
  return environment
}
