import { isDeepStrictEqual } from 'node:util'
import type { Config } from './schema.ts'

/** The keys whose change waits for a restart; each reads its value. docs/config.md lists the same. */
const RESTART: Readonly<Record<string, (config: Config) => unknown>> = {
  'listen.host': (config) => config.listen.host,
  'listen.port': (config) => config.listen.port,
  'listen.reuse_port': (config) => config.listen.reuse_port,
  'listen.workers': (config) => config.listen.workers,
  'listen.head_timeout': (config) => config.listen.head_timeout,
  'listen.keep_alive_timeout': (config) => config.listen.keep_alive_timeout,
  'limits.header_bytes': (config) => config.limits.header_bytes,
  base_url: (config) => config.base_url,
  store: (config) => config.store,
  log_level: (config) => config.log_level,
  'proxy.connect_timeout': (config) => config.proxy.connect_timeout,
  'proxy.first_byte_timeout': (config) => config.proxy.first_byte_timeout,
  'proxy.idle_timeout': (config) => config.proxy.idle_timeout,
  'proxy.websocket_idle_timeout': (config) => config.proxy.websocket_idle_timeout,
  'proxy.websocket_ping_interval': (config) => config.proxy.websocket_ping_interval,
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
