import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { RedisOptions } from 'ioredis'
import { StoreOpenError } from '../open-error.ts'
import type { RedisAddress } from './address.ts'
import { SocketConnector, SurvivingSentinelConnector } from './connectors.ts'

/** How long a command waits for its answer, in milliseconds. */
const COMMAND_TIMEOUT_MS = 1_500

/** How long a connection takes to be made, in milliseconds. */
const CONNECT_TIMEOUT_MS = 1_500

/** How long a connection that is given up is given to close, in milliseconds. */
const DISCONNECT_TIMEOUT_MS = 100

/** The longest pause between attempts to connect, in milliseconds. */
const MAX_BACKOFF_MS = 1_000

/**
 * Nothing is ever sent twice by ioredis itself: what was in flight when a connection broke fails,
 * for only the caller knows what may be repeated. Connecting goes on for ever.
 * @param role what the connection is for, shown in CLIENT LIST
 * @throws StoreOpenError when a certificate cannot be read
 */
export function clientOptions(address: RedisAddress, role: 'commands' | 'notices'): RedisOptions {
  const [first] = address.hosts
  const tls = address.tls ? tlsOptions(address) : undefined
  return {
    ...(address.master === undefined ? first : sentinelOptions(address, tls)),
    ...(tls && { tls }),
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    Connector: address.master === undefined ? SocketConnector : SurvivingSentinelConnector,
    db: address.db,
    protocol: 2,
    connectionName: `hubgate-${role}`,
    disableClientInfo: true,
    lazyConnect: true,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 500,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    keepAlive: 5_000,
    retryStrategy: backOff,
    reconnectOnError: (error) => error.message.includes('READONLY'),
  }
}

function sentinelOptions(address: RedisAddress, tls: ConnectionOptions | undefined): RedisOptions {
  return {
    sentinels: [...address.hosts],
    ...(address.master !== undefined && { name: address.master }),
    ...(address.sentinelUsername !== undefined && { sentinelUsername: address.sentinelUsername }),
    ...(address.sentinelPassword !== undefined && { sentinelPassword: address.sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
    sentinelRetryStrategy: backOff,
  }
}

/** The certificate is checked always, against `ca` when that is given. */
function tlsOptions(address: RedisAddress): ConnectionOptions {
  const host = address.hosts[0]?.host ?? ''
  return {
    ...(address.master === undefined && isIP(host) === 0 && { servername: host }),
    ...(address.ca !== undefined && { ca: readPem('ca', address.ca) }),
    ...(address.cert !== undefined && { cert: readPem('cert', address.cert) }),
    ...(address.key !== undefined && { key: readPem('key', address.key) }),
  }
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StoreOpenError(`The store's ${option} cannot be read: ${reason}.`, { cause: error })
  }
}

/** Milliseconds before the next attempt: soon at first, with some chance in it. */
function backOff(attempt: number): number {
  const longest = Math.min(25 * 2 ** Math.min(attempt, 10), MAX_BACKOFF_MS)
  return longest * (0.5 + Math.random() / 2)
}
