/** The only file that knows which drivers there are. */
import { resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { StoreOpenError } from './open-error.ts'
import type { Store } from './port.ts'
import { isRedisUrl } from './redis/address.ts'
import { openRedis } from './redis/open-redis.ts'
import { openSqlite } from './sqlite/sqlite-store.ts'

export interface OpenStoreOptions {
  /**
   * What entries and leases expire by. For the system's clock a database on the network takes its
   * own, so that machines whose clocks disagree agree on that.
   */
  clock: Clock
  log: Log
  /** SQLite: how often commits of other processes are looked for, in milliseconds; 50 by default. */
  pollMs?: number | undefined
  /** SQLite: how many commits a process may fall behind before it is told of a gap instead; 10,000 by default. */
  keepChanges?: number | undefined
}

/**
 * @param url `sqlite:PATH`, the path absolute or relative to the working directory; the file (0600)
 *   and its directories (0700) are made; or a Redis: `redis://…`, `rediss://…`, `redis+sentinel://…`
 * @throws StoreOpenError naming the place, the reason and what to do
 */
export async function openStore(url: string, options: OpenStoreOptions): Promise<Store> {
  if (isRedisUrl(url)) {
    const clock = options.clock === systemClock ? undefined : options.clock
    return openRedis({ url, clock, log: options.log })
  }
  const path = sqlitePath(url)
  return openSqlite({
    path: resolve(path),
    description: `sqlite ${path}`,
    clock: options.clock,
    log: options.log,
    pollMs: options.pollMs ?? 50,
    keepChanges: options.keepChanges ?? 10_000,
  })
}

/** Never quotes the address beyond its scheme: other programs put passwords into theirs. */
function sqlitePath(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]
  if (scheme !== 'sqlite') {
    throw new StoreOpenError(
      `The store must be sqlite:PATH or redis://HOST${scheme === undefined ? '' : `; "${scheme}" is not known`}.`,
    )
  }
  const path = url.slice('sqlite:'.length)
  if (path === '' || path === ':memory:' || path.startsWith('//')) {
    throw new StoreOpenError(
      `The store must be sqlite:PATH with the path of a file, such as sqlite:var/hubgate.sqlite or ` +
        `sqlite:/var/lib/hubgate/hubgate.sqlite; "${path}" is none.`,
    )
  }
  return path
}
