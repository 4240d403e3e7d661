import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { expect, it } from 'vitest'
import type { HubgateError } from '../../src/base/errors.ts'
import { openLog } from '../../src/base/log.ts'
import type { Store } from '../../src/store/port.ts'
import { openRemote } from '../../src/store/remote/remote-store.ts'
import { serveStore } from '../../src/store/remote/serve.ts'
import { listen, put } from '../contract/store/setup.ts'
import { describeStore } from '../contract/store.ts'
import { openOwned } from './remote-setup.ts'

/** An empty store of which only what is asked here is there. */
const STUB = {
  listening: true,
  watch: () => () => undefined,
  get: () => Promise.resolve(undefined),
} as unknown as Store

describeStore('a store with an owner', { open: openOwned })

it('passes on what the owner hears, and its commits', async () => {
  await using test = await openOwned()
  const heard = listen(test.store)
  await put(test.owner, ['a'], 1)
  await heard.until('a')
  expect((await test.store.get(['a']))?.value).toBe(1)
})

it('trusts nothing when the owner is gone, and answers unavailable', async () => {
  await using test = await openOwned()
  await put(test.store, ['a'], 1)
  const heard = listen(test.store)
  const asked = test.store.get(['a'])
  test.links[0]?.destroy()
  await heard.until('gap')
  expect(test.store.listening).toBe(false)
  await asked.catch(() => undefined)
  await expect(test.store.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
  await expect(put(test.store, ['a'], 2)).rejects.toMatchObject({ code: 'unavailable' })
  expect(heard.names()).toEqual(['gap'])
})

it('says of a commit under way that it may have been made', async () => {
  await using test = await openOwned()
  test.links[0]?.pause()
  const committing = put(test.store, ['a'], 1)
  test.links[0]?.destroy()
  await expect(committing).rejects.toMatchObject({
    code: 'unavailable',
    detail: { maybeApplied: true },
  })
})

it('trusts nothing while the owner is silent, and hears again afterwards', async () => {
  await using test = await openOwned()
  await put(test.store, ['a'], 1)
  const heard = listen(test.store)
  const listening: boolean[] = []
  test.store.watch(() => listening.push(test.store.listening))
  test.links[0]?.pause()
  await heard.until('gap')
  await expect(test.store.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
  test.links[0]?.resume()
  await heard.until('gap', 2)
  expect(listening).toEqual([false, true])
  expect((await test.store.get(['a']))?.value).toBe(1)
})

it('reports the gaps of the owner', async () => {
  await using test = await openOwned()
  const heard = listen(test.store)
  await test.owner.close()
  await expect(test.store.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
  await heard.until('gap')
  expect(test.store.listening).toBe(false)
})

it('cuts a link over which nonsense comes', async () => {
  await using test = await openOwned()
  const [link] = test.links
  const heard = listen(test.store)
  link?.write(Buffer.from([0, 0, 0, 1, 0x7b]))
  await heard.until('gap')
  await expect(test.store.get(['a'])).rejects.toMatchObject({ code: 'unavailable' })
})

it('passes an answer that cannot be sent as a fault of ours, and goes on', async () => {
  const [near, far] = duplexPair()
  const log = openLog('silent')
  // As an answer that is longer than a string can be.
  const store = { ...STUB, count: () => Promise.resolve(1n as unknown as number) }
  serveStore(store, far, log)
  const remote = await openRemote({ stream: near, description: 'x', log })
  await expect(remote.count([])).rejects.toMatchObject({ code: 'internal' })
  expect(await remote.get(['a'])).toBeUndefined()
  await remote.close()
})

it('keeps only so much for an owner that does not read', async () => {
  await using test = await openOwned()
  test.links[0]?.pause()
  const large = 'x'.repeat(4 * 1024 * 1024)
  const asked = Array.from({ length: 20 }, (_, i) => put(test.store, [`${i}`], large))
  const details = (await Promise.allSettled(asked)).map((one) =>
    one.status === 'rejected' ? (one.reason as HubgateError).detail : {},
  )
  expect(details.at(0)).toHaveProperty('maybeApplied', true)
  expect(details.at(-1)).toHaveProperty('reason')
  expect(details.at(-1)).not.toHaveProperty('maybeApplied')
})

it('tells a link that was lost from one that was closed', async () => {
  const lost: string[] = []
  const open = async (name: string) => {
    const [near, far] = duplexPair()
    const log = openLog('silent')
    serveStore(STUB, far, log)
    const onLost = (): void => void lost.push(name)
    return { near, store: await openRemote({ stream: near, description: 'x', log, onLost }) }
  }
  const [first, second] = [await open('first'), await open('second')]
  const closed = Promise.all([once(first.near, 'close'), once(second.near, 'close')])
  await first.store.close()
  second.near.destroy()
  await closed
  expect(lost).toEqual(['second'])
})

it('does not listen to a worker that sends nonsense', async () => {
  const [near, far] = duplexPair()
  serveStore(STUB, far, openLog('silent'))
  near.write(Buffer.from([0, 0, 0, 1, 0x7b]))
  await once(far, 'close')
  expect(far.destroyed).toBe(true)
})

it('does not open on an owner that does not answer', async () => {
  const [stream] = duplexPair()
  const options = { stream, description: 'sqlite x', log: openLog('silent'), patienceMs: 1 }
  await expect(openRemote(options)).rejects.toThrow('the process that owns it does not answer')
  expect(stream.destroyed).toBe(true)
})
