import { RedisServer, until } from './redis.ts'

/** A master, a replica, and three Sentinels who replace the master when it dies. */
export interface SentinelSetup extends AsyncDisposable {
  readonly servers: readonly [RedisServer, RedisServer]
  readonly sentinels: readonly RedisServer[]
  /** The address of a store there; credentials as `user:password@`. */
  url(path?: string, credentials?: string): string
  /** The server that is master now, as the Sentinels say. */
  master(): Promise<RedisServer>
  /** Waits until there is a replica that has all that the master has. */
  settled(): Promise<void>
}

const NAME = 'hub'

/** Sentinels look at replicas every 10 s, and leave a master that comes back alone for 8 s. */
const FOLLOWING_MS = 60_000

export async function startSentinels(sentinelSettings: string[] = []): Promise<SentinelSetup> {
  const first = await RedisServer.start()
  const second = await RedisServer.start({ settings: ['--replicaof', `127.0.0.1 ${first.port}`] })
  const sentinel = [
    `sentinel monitor ${NAME} 127.0.0.1 ${first.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 5000`,
    ...sentinelSettings,
  ]
  const sentinels = await Promise.all([1, 2, 3].map(() => RedisServer.start({ sentinel })))
  const servers = [first, second] as const
  const ask = async (...args: string[]): Promise<unknown> => {
    const options = { enableReadyCheck: false, retryStrategy: null, ...sentinelPassword(sentinel) }
    const client = await (sentinels[0] ?? first).admin(options)
    try {
      return await client.call('SENTINEL', ...args)
    } finally {
      client.disconnect()
    }
  }
  const master = async (): Promise<RedisServer> => {
    const [, port] = (await ask('GET-MASTER-ADDR-BY-NAME', NAME)) as [string, string]
    return Number(port) === second.port ? second : first
  }
  const fieldsOf = async (command: string): Promise<Map<string, string>[]> =>
    ((await ask(command, NAME)) as string[][]).map(
      (flat) => new Map(flat.flatMap((name, i) => (i % 2 ? [] : [[name, flat[i + 1] ?? '']]))),
    )
  const setup: SentinelSetup = {
    servers,
    sentinels,
    url: (path = '', credentials = '') =>
      `redis+sentinel://${credentials}${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}${path}`,
    master,
    settled: async () => {
      await until('the Sentinels know each other', async () => {
        return (await fieldsOf('SENTINELS')).length === sentinels.length - 1
      })
      const follows = async (): Promise<boolean> =>
        (await fieldsOf('REPLICAS')).some(
          (one) => one.get('flags') === 'slave' && one.get('master-link-status') === 'ok',
        )
      await until('the Sentinels know a replica that follows', follows, FOLLOWING_MS)
      const admin = await (await master()).admin()
      await until('the replica has everything', async () => (await admin.wait(1, 100)) >= 1)
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of [...sentinels, ...servers]) await server[Symbol.asyncDispose]()
    },
  }
  await setup.settled()
  return setup
}

function sentinelPassword(lines: readonly string[]): { password?: string } {
  const line = lines.find((one) => one.startsWith('requirepass '))
  return line === undefined ? {} : { password: line.slice('requirepass '.length) }
}
