import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/store/redis/address.ts'
import { listen, put } from '../contract/store/setup.ts'
import { RedisServer, until } from '../support/redis.ts'
import { failureOf, newPrefix, openHere, recordingLog } from './redis-setup.ts'

/** What an ACL user needs, as redis-store.ts says. */
const RIGHTS =
  '~{hubgate}:* &{hubgate}:* +eval +evalsha +type +hget +hmget +hset +hdel +hincrby +zadd +zrem ' +
  '+zscore +zlexcount +zrangebylex +zrevrangebylex +zrangebyscore +time +publish +subscribe +info ' +
  '+select +client|setname'

let server: RedisServer

beforeAll(async () => {
  server = await RedisServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('the address', () => {
  it.each([
    ['redis://cache', { hosts: [{ host: 'cache', port: 6379 }], db: 0, tls: false }],
    ['redis://cache:7000/12', { hosts: [{ host: 'cache', port: 7000 }], db: 12 }],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }],
    ['redis://:p%40ss%2F@cache', { username: undefined, password: 'p@ss/' }],
    ['redis://ada:a:b@cache', { username: 'ada', password: 'a:b' }],
    ['REDISS://cache?ca=/etc/ca.crt&prefix=lab', { tls: true, ca: '/etc/ca.crt', prefix: 'lab' }],
    [
      'redis+sentinel://ada:pw@one,two:26380/lab/2?sentinel_username=s&sentinel_password=t',
      {
        hosts: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        master: 'lab',
        db: 2,
        username: 'ada',
        sentinelUsername: 's',
        sentinelPassword: 't',
      },
    ],
  ])('%s', (url, expected) => {
    expect(parseAddress(url)).toMatchObject({ prefix: 'hubgate', ...expected })
  })

  it.each([
    ['redis://', 'redis+sentinel://'],
    ['redis:cache', 'redis://[user:password@]host'],
    ['redis://:hunter2/@cache', 'special characters'],
    ['redis://:hunter2%@cache', '%25'],
    ['redis://hunter2@cache', 'no password'],
    ['redis://:hunter2@cache:0', 'host cannot be read'],
    ['redis://:hunter2@cache:99999', 'host cannot be read'],
    ['redis://:hunter2@one,two', 'redis+sentinel://h1,h2/name'],
    ['redis://:hunter2@cache/users', 'must be a number'],
    ['redis://:hunter2@cache/1/2', 'must be a number'],
    ['redis+sentinel://:hunter2@one', 'lacks the name'],
    ['redis://:hunter2@cache?tls=1', '"tls"'],
    ['redis://:hunter2@cache?prefix=a{b}', 'prefix'],
    ['redis://:hunter2@cache?ca=/x', 'rediss:'],
    ['rediss://:hunter2@cache?cert=/x', 'both cert and key'],
  ])('is refused without repeating it: %s', async (url, hint) => {
    const failure = await failureOf(url)
    expect(failure.message).toContain(hint)
    expect(failure.message).not.toContain('hunter2')
  })

  it('is described without secrets', () => {
    const { description } = parseAddress(
      'rediss+sentinel://ada:hunter2@one,[::1]:5/lab/3?sentinel_password=hunter3&prefix=x',
    )
    expect(description).toBe('rediss one:26379,[::1]:5/lab/3 (prefix x)')
  })
})

describe('opening', () => {
  it('says so when nobody is there', async () => {
    await using gone = await RedisServer.start()
    await gone.kill()
    const failure = await failureOf(gone.url(), 300)
    expect(failure.message).toContain(`Cannot open the store redis 127.0.0.1:${gone.port}/0`)
    expect(failure.message).toContain('ECONNREFUSED')
    expect(failure.message).toContain('that the server runs')
  })

  it('waits for a server that is late', async () => {
    await using late = await RedisServer.start()
    await late.kill()
    const opening = openHere(late.url())
    await late.start()
    expect(await (await opening).count([])).toBe(0)
  })

  it('says so when the server does not answer', async () => {
    await using stuck = await RedisServer.start()
    stuck.pause()
    expect((await failureOf(stuck.url(), 300)).message).toContain('does not answer')
  })

  it('refuses a database that the server does not have', async () => {
    expect((await failureOf(server.url('/99'))).message).toContain('DB index')
  })

  it('refuses a store of a newer hubgate, and leaves it alone', async () => {
    const prefix = newPrefix()
    const admin = await server.admin()
    await admin.hset(`{${prefix}}:meta`, 'schema', '99')
    const failure = await failureOf(server.url(`?prefix=${prefix}`))
    expect(failure.message).toContain('layout 99; this one knows 1')
    expect(await admin.hgetall(`{${prefix}}:meta`)).toEqual({ schema: '99' })
    expect(await admin.keys(`{${prefix}}:*`)).toHaveLength(1)
  })

  it('refuses keys of another program', async () => {
    const prefix = newPrefix()
    const admin = await server.admin()
    await admin.set(`{${prefix}}:order`, 'a song')
    const failure = await failureOf(server.url(`?prefix=${prefix}`))
    expect(failure.message).toContain('keys of another program')
    expect(failure.message).toContain('?prefix=NAME')
  })

  it('stops writing when another version takes the store over', async () => {
    const url = server.url(`?prefix=${newPrefix()}`)
    const { log, lines } = recordingLog()
    const store = await openHere(url, { log })
    const heard = listen(store)
    const admin = await server.admin()
    await admin.hset(`{${url.split('=')[1] ?? ''}}:meta`, 'schema', '2')
    await expect(put(store, ['a'], 1)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await store.get(['a'])).toBeUndefined()
    await heard.until('gap')
    expect(store.listening).toBe(false)
    expect(lines.join('')).toContain('taken over by another version')
  })

  it('keeps stores of other prefixes and databases apart', async () => {
    const [one, two] = [newPrefix(), newPrefix()]
    const urls = [`?prefix=${one}`, `?prefix=${two}`, `/1?prefix=${one}`]
    const stores = await Promise.all(urls.map((url) => openHere(server.url(url))))
    const heard = stores.map(listen)
    for (const [i, store] of stores.entries()) await put(store, ['only', String(i)], i)
    expect(await Promise.all(stores.map((store) => store.count([])))).toEqual([1, 1, 1])
    expect(heard.map((one) => one.names())).toEqual([['only'], ['only'], ['only']])
  })

  it('keeps everything in one slot of a cluster', async () => {
    await using cluster = await RedisServer.start({ settings: ['--cluster-enabled', 'yes'] })
    const admin = await cluster.admin({ enableReadyCheck: false })
    await admin.cluster('ADDSLOTSRANGE', 0, 16_383)
    const ready = async () => String(await admin.cluster('INFO')).includes('cluster_state:ok')
    await until('the cluster is up', ready)
    const store = await openHere(cluster.url())
    await put(store, ['a'], 1)
    const lease = await store.acquireLease('l', 'me', 10_000)
    expect(await store.commit({ fence: [lease!], delete: [['a']] })).toEqual({ applied: true })
    expect(await store.list([])).toEqual([])
  })
})

describe('signing in', () => {
  it('works for a user who may do no more than needed', async () => {
    await using strict = await RedisServer.start()
    const admin = await strict.admin()
    await admin.acl('SETUSER', 'ada', 'reset', 'on', '>hunter2', ...RIGHTS.split(' '))
    const { log, lines } = recordingLog()
    const url = strict.url('/1').replace('//', '//ada:hunter2@')
    const store = await openHere(url, { log })
    const other = await openHere(url)
    const heard = listen(other)
    const expiresAt = Date.now() + 300
    await store.commit({ set: [{ key: ['a'], value: 1, expiresAt }] })
    await heard.until('a', 2)
    const lease = await store.acquireLease('l', 'me', 10_000)
    expect(await store.renewLease(lease!, 10_000)).toBe(true)
    await store.releaseLease(lease!)
    expect(await store.list([], { reverse: true })).toEqual([])
    expect(await store.count([])).toBe(0)
    expect(lines.join('')).toContain('could not be checked whether Redis keeps its data')
    expect(lines.join('') + store.description).not.toContain('hunter2')
  })

  it.each([
    ['a wrong password', ':hunter2@'],
    ['a wrong user', 'eve:hunter2@'],
    ['no password', ''],
  ])('says so with %s, without repeating it', async (_what, credentials) => {
    await using strict = await RedisServer.start({ settings: ['--requirepass', 'right'] })
    const failure = await failureOf(strict.url().replace('//', `//${credentials}`))
    expect(failure.message).toContain('Check the user and the password')
    expect(JSON.stringify([failure, failure.cause]) + failure.message).not.toContain('hunter2')
  })

  it.each([
    ['channels', '~*', '+@all'],
    ['keys', '~other', '&*', '+@all'],
    ['commands', '~*', '&*', '+@all', '-zadd'],
  ])('says so when the user lacks rights to %s', async (_what, ...rights) => {
    await using strict = await RedisServer.start()
    const admin = await strict.admin()
    await admin.acl('SETUSER', 'ada', 'reset', 'on', '>hunter2', ...rights)
    const failure = await failureOf(strict.url().replace('//', '//ada:hunter2@'))
    expect(failure.message).toContain('docs/operating.md')
  })
})

describe('warnings at the start', () => {
  it.each([
    [['--appendonly', 'no', '--save', ''], 'keeps nothing on disk'],
    [['--appendonly', 'no', '--save', '60 1'], 'keeps snapshots only'],
    [['--appendonly', 'yes', '--appendfsync', 'no'], 'appendfsync no'],
    [['--maxmemory-policy', 'allkeys-lru'], 'maxmemory-policy allkeys-lru'],
  ])('%j: %s', async (settings, text) => {
    await using server = await RedisServer.start({ settings })
    const { log, lines } = recordingLog()
    await openHere(server.url(), { log })
    expect(lines.join('')).toContain(text)
  })

  it('there are none when Redis is set up well', async () => {
    await using server = await RedisServer.start({ settings: ['--appendonly', 'yes'] })
    const { log, lines } = recordingLog()
    await openHere(server.url(), { log })
    expect(lines.filter((line) => line.includes('"level":40'))).toEqual([])
  })

  it('a replica is refused', async () => {
    await using master = await RedisServer.start()
    await using replica = await RedisServer.start({
      settings: ['--replicaof', `127.0.0.1 ${master.port}`],
    })
    expect((await failureOf(replica.url())).message).toContain('is a replica')
  })
})
