import { userInfo } from 'node:os'
import type { SpawnerConfig } from '../../config/schema.ts'
import { RUN_ID_VARIABLE } from '../machine/family.ts'
import type { SpawnRequest } from '../port.ts'
import type { Placeholders } from './placeholders.ts'
import { fillPlaceholders } from './placeholders.ts'

export interface EnvironmentInput {
  config: Pick<SpawnerConfig, 'default_url' | 'env_keep' | 'environment'>
  request: Pick<SpawnRequest, 'auth' | 'environment' | 'prefix' | 'runId' | 'user'>
  /** Where the server is to listen, `http://127.0.0.1:45123`. */
  url: string
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

/** Where a `jupyterhub-singleuser` listens, and what it shows: it takes no arguments for that. */
function singleUserPlace({ config, request, home, url }: EnvironmentInput): Record<string, string> {
  return {
    JUPYTERHUB_SERVICE_URL: url + request.prefix,
    JUPYTERHUB_ROOT_DIR: home,
    ...(config.default_url === '' ? {} : { JUPYTERHUB_DEFAULT_URL: config.default_url }),
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
    ...request.environment,
    ...(request.auth === 'oauth' ? singleUserPlace(input) : {}),
  })
  for (const [name, value] of Object.entries(config.environment)) {
    environment[name] = fillPlaceholders(value, input.placeholders)
  }
  environment[RUN_ID_VARIABLE] = request.runId
  return environment
}
