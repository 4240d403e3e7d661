import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen, put } from '../contract/store/setup.ts'
import { describeStore } from '../contract/store.ts'
import { RedisServer, until, within } from '../support/redis.ts'
import type { SentinelSetup } from '../support/redis-sentinels.ts'
import { startSentinels } from '../support/redis-sentinels.ts'
import { failureOf, newPrefix, openHere, openOn } from './redis-setup.ts'

let setup: SentinelSetup

beforeAll(async () => {
  setup = await startSentinels()
}, 60_000)
afterAll(() => setup[Symbol.asyncDispose]())

describeStore('Redis behind Sentinels', {
  open: openOn((prefix) => setup.url(`?prefix=${prefix}`)),
})

describe('Sentinels', () => {
  it('are asked for a name that they know', async () => {
    const failure = await failureOf(setup.url().replace('/hub', '/elsewhere'), 500)
    expect(failure.message).toContain('Cannot open the store redis 127.0.0.1')
    expect(failure.message).toMatch(/sentinel/i)
  })

  it('may be partly gone', async () => {
    await using gone = await RedisServer.start()
    await gone.kill()
    const url = setup.url(`?prefix=${newPrefix()}`).replace('//', `//127.0.0.1:${gone.port},`)
    await put(await openHere(url), ['a'], 1)
    expect.assertions(1)
  })

  it('have a password of their own', async () => {
    await using guarded = await startSentinels([
      'requirepass hunter2',
      'sentinel sentinel-pass hunter2',
    ])
    const store = await openHere(guarded.url('?sentinel_password=hunter2'))
    await put(store, ['a'], 1)
    expect(store.description).not.toContain('hunter2')
    const failure = await failureOf(guarded.url('?sentinel_password=hunter3'), 500)
    expect(failure.message).not.toContain('hunter3')
  }, 60_000)

  it('lead to the new master when the old one dies, and when they change it on purpose', async () => {
    const url = setup.url(`?prefix=${newPrefix()}`)
    const [store, other] = [await openHere(url), await openHere(url)]
    const heard = listen(store)
    await put(store, ['before'], 1)
    await setup.settled()
    const old = await setup.master()
    await old.kill()
    await within('the loss is noticed', heard.until('gap'))
    await until('there is another master', async () => (await setup.master()) !== old)
    await writable(store, 'after')
    await until('both listen', () => store.listening && other.listening)
    expect((await store.get(['before']))?.value).toBe(1)
    await writable(other, 'heard')
    await within('changes are heard', heard.until('heard'))

    await old.start()
    await setup.settled()
    // On a slow machine the Sentinels may have changed their minds meanwhile: whoever it is now.
    const second = await setup.master()
    const admin = await setup.sentinels[0]!.admin({ enableReadyCheck: false })
    await admin.call('SENTINEL', 'FAILOVER', 'hub')
    await until('another is master again', async () => (await setup.master()) !== second)
    await writable(store, 'back')
    await until('both listen', () => store.listening && other.listening)
    const names = (await other.list([])).map(({ key }) => key[0])
    expect(names).toEqual(['after', 'back', 'before', 'heard'])
  }, 180_000)
})

async function writable(store: Parameters<typeof put>[0], name: string): Promise<void> {
  await until(`${name} is written`, () =>
    store.commit({ set: [{ key: [name], value: 1 }] }).then(
      ({ applied }) => applied,
      () => false,
    ),
  )
}
