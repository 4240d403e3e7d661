/** What Redis and the network do to a store that is in use; all of it heals without reopening. */
import type { Redis } from 'ioredis'
import { beforeEach, describe, expect, it } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import type { Store } from '../../src/store/port.ts'
import { listen, put } from '../contract/store/setup.ts'
import { RedisServer, until, within } from '../support/redis.ts'
import { startStallingProxy } from '../support/stalling-proxy.ts'
import { openHere, recordingLog } from './redis-setup.ts'

let server: RedisServer

beforeEach(async () => {
  server = await RedisServer.start({
    settings: ['--appendonly', 'yes', '--appendfsync', 'always', '--enable-debug-command', 'yes'],
  })
  return () => server[Symbol.asyncDispose]()
})

describe('a server that dies', () => {
  it('takes nothing along that was acknowledged, and the store goes on by itself', async () => {
    const store = await openHere(server.url())
    const heard = listen(store)
    const acknowledged: string[] = []
    const writing = writeUntilFailure(store, acknowledged)
    await until('some are acknowledged', () => acknowledged.length > 50)
    await server.kill()
    expect(await writing).toMatchObject({ code: 'unavailable' })
    await until('the loss is noticed', () => !store.listening)
    expect(heard.names().at(-1)).toBe('gap')
    const before = heard.names().length
    await expect(put(store, ['b'], 1)).rejects.toMatchObject({
      code: 'unavailable',
      detail: { store: `redis 127.0.0.1:${server.port}/0` },
    })
    await server.start()
    await until('it listens again', () => store.listening)
    expect(heard.names().slice(before)).toContain('gap')
    const kept = new Set((await store.list(['n'])).map(({ key }) => key[1]))
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([])
    await put(store, ['after'], 1)
    expect(heard.names().at(-1)).toBe('after')
  })

  it('fails each operation with a reason that holds no secret', async () => {
    const admin = await server.admin()
    await admin.acl('SETUSER', 'ada', 'reset', 'on', '>hunter2', '~*', '&*', '+@all')
    const store = await openHere(server.url().replace('//', '//ada:hunter2@'))
    await server.kill()
    const secret = { key: ['a'], value: 'hunter3' }
    const failures = await Promise.all(
      [
        store.get(['a']),
        store.list(['a']),
        store.count([]),
        store.commit({ set: [secret] }),
        store.acquireLease('l', 'me', 1000),
        store.renewLease({ name: 'l', holder: 'me', fence: 1 }, 1000),
        store.releaseLease({ name: 'l', holder: 'me', fence: 1 }),
      ].map((one) => one.then(() => 'no failure').catch((error: unknown) => error)),
    )
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(HubgateError)
      expect(failure).toMatchObject({ code: 'unavailable' })
      expect(textOf(failure)).not.toMatch(/hunter/)
    }
  })

  it('is noticed when it stops without closing anything', async () => {
    const { log, lines } = recordingLog()
    const store = await openHere(server.url(), { log })
    await put(store, ['a'], 1)
    const heard = listen(store)
    server.pause()
    const writing = put(store, ['b'], 'hunter3').catch((error: unknown) => error)
    await within('the silence is noticed', heard.until('gap'))
    expect(store.listening).toBe(false)
    const failure = await within('the commit fails', writing)
    expect(failure).toMatchObject({ code: 'unavailable', detail: { maybeApplied: true } })
    expect((failure as HubgateError).publicMessage).toContain('may or may not have been made')
    expect(textOf(failure)).not.toMatch(/hunter/)
    await expect(store.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
    server.resume()
    await until('it listens again', () => store.listening)
    expect((await store.get(['a']))?.value).toBe(1)
    await put(store, ['c'], 1)
    expect(lines.join('')).not.toMatch(/hunter/)
  })
})

describe('the connection for notices', () => {
  it('is made again when it alone is killed: a gap at once, another when it listens', async () => {
    const [store, other] = [await openHere(server.url()), await openHere(server.url())]
    const heard = listen(store)
    const listening: boolean[] = []
    store.watch((event) => event.kind === 'gap' && listening.push(store.listening))
    await killClient(await server.admin(), 'hubgate-notices')
    await within('both gaps are reported', heard.until('gap', 2))
    expect(listening).toEqual([false, true])
    await put(other, ['a'], 1)
    await within('changes are heard', heard.until('a'))
    await put(store, ['b'], 1)
    expect(heard.names().filter((name) => name === 'b')).toHaveLength(1)
  })

  it('is given up when it is dead without a word, and replaced', async () => {
    await using proxy = await startStallingProxy(server.port)
    const store = await openHere(`redis://127.0.0.1:${proxy.port}`)
    const other = await openHere(server.url())
    const heard = listen(store)
    expect(proxy.stall('hubgate-notices')).toBe(1)
    await put(other, ['unheard'], 1)
    await within('the silence is noticed', heard.until('gap'))
    expect(heard.names()).toEqual(['gap'])
    await until('it listens again', () => store.listening)
    expect(heard.names()).toEqual(['gap', 'gap'])
    await put(other, ['a'], 1)
    await within('changes are heard', heard.until('a'))
  })

  it('reports a gap when a notice was lost on the way', async () => {
    const store = await openHere(server.url())
    const heard = listen(store)
    const admin = await server.admin()
    await admin.hincrby('{hubgate}:meta', 'sequence', 1)
    await within('the gap is noticed', heard.until('gap'))
    expect(store.listening).toBe(true)
    await put(store, ['a'], 1)
    expect(heard.names()).toEqual(['gap', 'a'])
  })

  it('is not trusted by a process that was held up until it has caught up, without a gap', async () => {
    const store = await openHere(server.url())
    const other = await openHere(server.url())
    const heard = listen(store)
    await put(other, ['a'], 1)
    const heldUpTo = performance.now() + 1200
    while (performance.now() < heldUpTo);
    expect(store.listening).toBe(false)
    await until('it listens again', () => store.listening)
    await within('the change is heard', heard.until('a'))
    expect(heard.names()).toEqual(['a'])
  })

  it('takes nonsense for a gap', async () => {
    const store = await openHere(server.url())
    const heard = listen(store)
    await (await server.admin()).publish('{hubgate}:changes:0', 'nonsense')
    await within('the gap is noticed', heard.until('gap'))
    await put(store, ['a'], 1)
    expect(heard.names()).toEqual(['gap', 'a'])
  })

  it('reports a commit whose answer was lost', async () => {
    await using proxy = await startStallingProxy(server.port)
    const store = await openHere(`redis://127.0.0.1:${proxy.port}`)
    const heard = listen(store)
    proxy.stall('hubgate-commands', 'answers')
    const commit = put(store, ['a'], 1).catch((error: unknown) => error)
    await within('the commit is heard of', heard.until('a'))
    expect(await commit).toMatchObject({ code: 'unavailable', detail: { maybeApplied: true } })
    const read = await until('it answers again', () => store.get(['a']).catch(() => undefined))
    expect(read.value).toBe(1)
    expect(heard.names().filter((name) => name === 'a')).toHaveLength(1)
  })
})

describe('the connection for commands', () => {
  it('may break at any time: no commit is made twice, none that was acknowledged is lost', async () => {
    const store = await openHere(server.url())
    const admin = await server.admin()
    const results = new Map<string, unknown>()
    let going = true
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; going; i++) {
        const key = ['n', `${writer}-${i}`]
        const create = { check: [{ key, version: null }], set: [{ key, value: i }] }
        const result = await store.commit(create).catch((error: unknown) => error)
        results.set(key[1] ?? '', result)
      }
    }
    const read = async (): Promise<void> => {
      while (going) await store.getMany([['n'], ['m']])
    }
    const work = [write(0), write(1), write(2), write(3), read()]
    for (let kill = 0; kill < 15; kill++) {
      const before = results.size
      await until('the work goes on', () => results.size > before + 20)
      await killClient(admin, 'hubgate-commands')
    }
    going = false
    await Promise.all(work)
    const kept = new Set((await store.list(['n'])).map(({ key }) => key[1]))
    for (const [name, result] of results) {
      if (result instanceof HubgateError) {
        expect(result.code).toBe('unavailable')
        if (result.detail['maybeApplied'] !== true) expect(kept.has(name)).toBe(false)
      } else {
        expect([result, kept.has(name)]).toEqual([{ applied: true }, true])
      }
    }
  })

  it('is not waited for when a commit was under way: that is not made again', async () => {
    const store = await openHere(server.url())
    const admin = await server.admin()
    await admin.client('PAUSE', 600_000, 'WRITE')
    const commit = put(store, ['a'], 1).catch((error: unknown) => error)
    const blocked = async () => String(await admin.info('clients')).includes('blocked_clients:1')
    await until('the commit waits in Redis', blocked)
    await killClient(admin, 'hubgate-commands')
    expect(await commit).toMatchObject({ code: 'unavailable', detail: { maybeApplied: true } })
    await admin.client('UNPAUSE')
    await until('it listens again', () => store.listening)
    await put(store, ['end'], 1)
    expect((await store.list([])).map(({ key }) => key)).toEqual([['end']])
  })

  it('is made again when it is dead without a word', async () => {
    await using proxy = await startStallingProxy(server.port)
    const store = await openHere(`redis://127.0.0.1:${proxy.port}`)
    expect(proxy.stall('hubgate-commands')).toBe(1)
    await expect(store.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
    await until('it works again', () =>
      store.count([]).then(
        () => true,
        () => false,
      ),
    )
    await until('it listens again', () => store.listening)
    await put(store, ['a'], 1)
  })
})

describe('a server that takes no writes', () => {
  it.each([
    ['has no memory left', ['config', 'maxmemory', '1'], ['config', 'maxmemory', '0']],
    [
      'lacks replicas',
      ['config', 'min-replicas-to-write', '1'],
      ['config', 'min-replicas-to-write', '0'],
    ],
    ['is a replica', ['replicaof', '127.0.0.1', '1'], ['replicaof', 'NO', 'ONE']],
  ])('because it %s: commits change nothing, and it heals', async (_what, spoil, heal) => {
    const store = await openHere(server.url())
    await put(store, ['a'], 1)
    const admin = await server.admin()
    await setUp(admin, spoil)
    const set = [...'abc'].map((name) => ({ key: [name], value: 2 }))
    const failure: unknown = await store.commit({ set }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unavailable' })
    expect((failure as HubgateError).detail['maybeApplied']).toBeUndefined()
    await setUp(admin, heal)
    await until('it can be read', () => store.get(['a']).catch(() => undefined))
    expect((await store.list([])).map((entry) => entry.value)).toEqual([1])
    await until('it can be written', () => store.commit({ set }).catch(() => undefined))
    await until('it listens', () => store.listening)
    expect(await store.count([])).toBe(3)
  })

  it('still hears changes, and hides what has expired', async () => {
    const { log, lines } = recordingLog()
    const store = await openHere(server.url(), { log })
    const heard = listen(store)
    const admin = await server.admin()
    await store.commit({ set: [{ key: ['a'], value: 1, expiresAt: Date.now() + 200 }] })
    await setUp(admin, ['config', 'maxmemory', '1'])
    await until('the trouble is told', () => lines.join('').includes('Redis takes no writes'))
    expect(await store.list([])).toEqual([])
    expect(await store.count([])).toBe(0)
    expect(store.listening).toBe(true)
    expect(heard.names()).toEqual(['a'])
    await setUp(admin, ['config', 'maxmemory', '0'])
    await within('the expiry is heard of', heard.until('a', 2))
  })
})

describe('a server that forgets', () => {
  it('its scripts is taught them again', async () => {
    const store = await openHere(server.url())
    await put(store, ['a'], 1)
    await (await server.admin()).script('FLUSH')
    await put(store, ['b'], 1)
    expect((await store.list([])).map(({ key }) => key[0])).toEqual(['a', 'b'])
  })

  it('everything is noticed, and never gives an old version to something new', async () => {
    const store = await openHere(server.url())
    await put(store, ['a'], 1)
    const old = (await store.get(['a']))?.version ?? null
    const heard = listen(store)
    await (await server.admin()).flushall()
    await within('the gap is noticed', heard.until('gap'))
    await put(store, ['a'], 2)
    const check = [{ key: ['a'], version: old }]
    expect(await store.commit({ check, set: [{ key: ['a'], value: 3 }] })).toEqual({
      applied: false,
    })
    expect((await store.get(['a']))?.value).toBe(2)
  })
})

async function writeUntilFailure(store: Store, acknowledged: string[]): Promise<unknown> {
  for (let n = 0; ; n++) {
    try {
      await store.commit({ set: [{ key: ['n', String(n)], value: 'x'.repeat(n % 3000) }] })
      acknowledged.push(String(n))
    } catch (error) {
      return error
    }
  }
}

/** Kills one connection of that name. */
async function killClient(admin: Redis, name: string): Promise<void> {
  const id = await until(`${name} is connected`, async () => {
    const clients = String(await admin.client('LIST')).split('\n')
    return /\bid=(\d+)/.exec(clients.find((one) => one.includes(`name=${name}`)) ?? '')?.[1]
  })
  await admin.client('KILL', 'ID', Number(id))
}

async function setUp(admin: Redis, [what, ...args]: string[]): Promise<void> {
  if (what === 'config') await admin.call('CONFIG', 'SET', ...args)
  else await admin.call('REPLICAOF', ...args)
}

function textOf(failure: unknown): string {
  const error = failure as HubgateError
  return JSON.stringify([error.message, error.detail, error.body, String(error.cause), error.cause])
}
