import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { RedisServer } from '../test/support/redis.ts'

/** A redis-server that keeps what it is told, as docs/operating.md asks for it in production. */
export function startRedis(): Promise<RedisServer> {
  return RedisServer.start({
    settings: [
      ...['--appendonly', 'yes', '--appendfsync', 'everysec'],
      ...['--maxmemory-policy', 'noeviction'],
    ],
  })
}

export interface PeerOptions {
  command: 'get' | 'set'
  /** Connections, each with one command under way. */
  atATime: number
  commands: number
  /** How many keys they spread over. */
  keys: number
  /** Bytes of a value. */
  size: number
  signal: AbortSignal
}

/**
 * What redis-benchmark itself reaches on the server, in a database beside the store's.
 * @returns commands per second
 */
export async function redisBenchmark(server: RedisServer, options: PeerOptions): Promise<number> {
  const { command, atATime, commands, keys, size, signal } = options
  const { stdout } = await promisify(execFile)(
    'redis-benchmark',
    [
      ...['-p', `${server.port}`, '--dbnum', '1', '-t', command, '--csv'],
      ...['-n', `${commands}`, '-c', `${atATime}`, '-r', `${keys}`, '-d', `${size}`],
    ],
    { signal },
  )
  const rate = Number(new RegExp(`^"${command}","([\\d.]+)"`, 'im').exec(stdout)?.[1])
  if (!(rate > 0)) throw new Error(`redis-benchmark printed no rate:\n${stdout}`)
  return rate
}
