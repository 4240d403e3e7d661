import { isDeepStrictEqual } from 'node:util'
import type { Config } from './schema.ts'

/** The keys whose change waits for a restart; each reads its value. docs/config.md lists the same. */
const RESTART: Readonly<Record<string, (config: Config) => unknown>> = {
  'listen.host': (config) => config.listen.host,
  'listen.port': (config) => config.listen.port,
  'listen.reuse_port': (config) => config.listen.reuse_port,
  base_url: (config) => config.base_url,
  store: (config) => config.store,
  log_level: (config) => config.log_level,
  'proxy.connect_timeout': (config) => config.proxy.connect_timeout,
  'proxy.first_byte_timeout': (config) => config.proxy.first_byte_timeout,
  'authenticator.kind': (config) => config.authenticator.kind,
}

/** The dotted names of all keys whose change takes effect at the next start only. */
export const RESTART_KEYS: readonly string[] = Object.keys(RESTART)

/** Which of {@link RESTART_KEYS} two configurations differ in, for the log of a reload. */
export function restartKeys(before: Config, after: Config): string[] {
  return Object.entries(RESTART)
    .filter(([, read]) => !isDeepStrictEqual(read(before), read(after)))
    .map(([key]) => key)
}
