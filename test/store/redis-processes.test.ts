import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { acquire, listen, put } from '../contract/store/setup.ts'
import { RedisServer, within } from '../support/redis.ts'
import { newPrefix, openHere } from './redis-setup.ts'

let server: RedisServer

beforeAll(async () => {
  server = await RedisServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('processes', () => {
  it('hear of each other', async () => {
    const url = server.url(`?prefix=${newPrefix()}`)
    const child = spawnChild(url, 'watch')
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const nextLine = async () => (await within('the child says something', lines.next())).value
    expect(await nextLine()).toBe('watching')
    const store = await openHere(url)
    await store.commit({ set: [{ key: ['user', 'ada'], value: 1 }], delete: [['user', 'bob']] })
    expect(JSON.parse((await nextLine()) ?? '')).toEqual({
      kind: 'changed',
      keys: [
        ['user', 'ada'],
        ['user', 'bob'],
      ],
    })
  })

  it('lose no increment when they commit at once', async () => {
    const url = server.url(`?prefix=${newPrefix()}`)
    const children = Array.from({ length: 3 }, () => spawnChild(url, 'increment', '50'))
    const store = await openHere(url)
    const heard = listen(store)
    const exits = await Promise.all(children.map((child) => once(child, 'exit')))
    expect(exits.map(([code]) => code as number)).toEqual([0, 0, 0])
    expect((await store.get(['counter']))?.value).toBe(150)
    await within('each is heard of', heard.until('counter', 150))
    expect(heard.names()).toEqual(Array.from({ length: 150 }, () => 'counter'))
  })
})

describe('time', () => {
  it("is the server's: a replica whose clock is a day ahead neither expires nor takes anything", async () => {
    const url = server.url(`?prefix=${newPrefix()}`)
    const store = await openHere(url)
    const expiresAt = Date.now() + 3_600_000
    await store.commit({ set: [{ key: ['a'], value: 1, expiresAt }] })
    const lease = await acquire(store, 'l', 'one', 60_000)
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000)
    const ahead = await openHere(url)
    expect((await ahead.get(['a']))?.expiresAt).toBe(expiresAt)
    expect(await ahead.acquireLease('l', 'two', 60_000)).toBeUndefined()
    expect(await ahead.commit({ fence: [lease], set: [{ key: ['b'], value: 1 }] })).toEqual({
      applied: true,
    })
    expect(await store.count([])).toBe(2)
  })

  it('passes: entries and leases end', async () => {
    const url = server.url(`?prefix=${newPrefix()}`)
    const [store, other] = await Promise.all([openHere(url), openHere(url)])
    const heard = listen(other)
    await acquire(store, 'l', 'one', 50)
    await store.commit({ set: [{ key: ['a'], value: 1, expiresAt: Date.now() + 50 }] })
    await within('the expiry is heard of', heard.until('a', 2))
    expect(await store.get(['a'])).toBeUndefined()
    expect(await other.acquireLease('l', 'two', 1000)).toMatchObject({ holder: 'two' })
  })

  it('leaves nothing behind', async () => {
    const prefix = newPrefix()
    const store = await openHere(server.url(`?prefix=${prefix}`))
    const heard = listen(store)
    const expiresAt = Date.now() + 50
    const keys = Array.from({ length: 1200 }, (_, i) => ['e', String(i)])
    await store.commit({ set: keys.map((key) => ({ key, value: 1, expiresAt })) })
    await acquire(store, 'l', 'one', 50)
    await within('all have expired', heard.until('e', 2400))
    await put(store, ['end'], 1)
    await store.commit({ delete: [['end']] })
    const admin = await server.admin()
    await expect
      .poll(() => admin.keys(`{${prefix}}:*`), { timeout: 10_000 })
      .toEqual([`{${prefix}}:meta`])
    expect(heard.names().filter((name) => name === 'e')).toHaveLength(2400)
  })
})

function spawnChild(...args: string[]): ChildProcessByStdio<null, Readable, null> {
  const program = join(import.meta.dirname, 'redis-child.ts')
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
