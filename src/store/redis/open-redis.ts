import { randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { StoreOpenError } from '../open-error.ts'
import type { Store } from '../port.ts'
import type { RedisAddress } from './address.ts'
import { parseAddress } from './address.ts'
import { ChangeFeed } from './change-feed.ts'
import { checkServer } from './check-server.ts'
import { clientOptions } from './client-options.ts'
import { withoutSecrets } from './fault.ts'
import { Heartbeat } from './heartbeat.ts'
import { Link } from './link.ts'
import type { Names } from './names.ts'
import { namesFor } from './names.ts'
import { RedisStore } from './redis-store.ts'
import { LAYOUT } from './scripts.ts'

export interface OpenRedisOptions {
  /** See {@link parseAddress}. */
  url: string
  /** What entries and leases expire by; the server's own time when undefined. */
  clock?: Clock | undefined
  log: Log
  /** How long to wait for a server that cannot be reached yet, in milliseconds; 5,000 by default. */
  patienceMs?: number | undefined
}

/** @throws StoreOpenError naming the place, the reason and what to do, without secrets */
export async function openRedis(options: OpenRedisOptions): Promise<Store> {
  const { clock, patienceMs = 5_000 } = options
  const address = parseAddress(options.url)
  const { description } = address
  const log = options.log.child({ store: description })
  const names = namesFor(address.prefix, address.db, randomUUID())
  const linkTo = (role: 'commands' | 'notices'): Link =>
    new Link({ client: clientOptions(address, role), names, log, description })
  const [commands, notices] = [linkTo('commands'), linkTo('notices')]
  const feed = new ChangeFeed(log)
  const time = (): string => (clock === undefined ? '' : String(clock.now()))
  const heartbeat = new Heartbeat({ commands, notices, feed, names, log, time })
  const store = new RedisStore({ description, commands, notices, feed, heartbeat, names, time })
  try {
    await Promise.all([commands.open(patienceMs), notices.open(patienceMs)])
    await checkServer(commands.client, address, log)
    await checkLayout(commands, names, address)
    await heartbeat.start(patienceMs)
    return store
  } catch (error) {
    await store.close()
    throw explained(error, address)
  }
}

async function checkLayout(commands: Link, names: Names, address: RedisAddress): Promise<void> {
  const found = await commands.run('open', [LAYOUT, names.ticks])
  if (found === LAYOUT) return
  const place = `{${address.prefix}}:* in ${address.description}`
  throw new StoreOpenError(
    found === -1
      ? `${place} are keys of another program. Give hubgate a prefix of its own (?prefix=NAME).`
      : `${place} was written by another version of hubgate (layout ${String(found)}; this one ` +
          `knows ${LAYOUT}). Run the hubgate that wrote it, or a newer one.`,
  )
}

function explained(error: unknown, { description, tls }: RedisAddress): StoreOpenError {
  if (error instanceof StoreOpenError) return error
  const cause = withoutSecrets(error instanceof HubgateError ? error.cause : error)
  return new StoreOpenError(
    `Cannot open the store ${description}: ${cause.message.replace(/\.$/, '')}. ${advice(cause, tls)}`,
    { cause },
  )
}

function advice({ message }: Error, tls: boolean): string {
  if (/WRONGPASS|NOAUTH|AUTH /.test(message)) {
    return 'Check the user and the password in the address (redis://user:password@host).'
  }
  if (/NOPERM|user executing the script/.test(message)) {
    return 'Give the user the rights that docs/operating.md lists.'
  }
  if (message.startsWith('MOVED')) {
    return 'The server is part of a cluster: give the address of the node that the message names.'
  }
  if (message.includes('DB index')) return 'Choose a database that the server has.'
  if (!tls || /ECONNREFUSED|ENOTFOUND/.test(message)) {
    return 'Check the address, and that the server runs.'
  }
  return 'Check that the server speaks TLS, and name the authority of its certificate: ?ca=FILE.'
}
