import { duplexPair } from 'node:stream'
import { expect, it } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import { openRemote } from '../../src/store/remote/remote-store.ts'
import { listen, put } from '../contract/store/setup.ts'
import { describeStore } from '../contract/store.ts'
import { openOwned } from './remote-setup.ts'

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

it('does not open on an owner that does not answer', async () => {
  const [stream] = duplexPair()
  const options = { stream, description: 'sqlite x', log: openLog('silent'), patienceMs: 1 }
  await expect(openRemote(options)).rejects.toThrow('the process that owns it does not answer')
  expect(stream.destroyed).toBe(true)
})
