import { describe, expect, it, onTestFinished } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import type { HubContext } from '../../src/hub/context.ts'
import { keys } from '../../src/hub/keys.ts'
import type { ShutdownListener, ShutdownWish } from '../../src/hub/shutdown.ts'
import { listenForShutdown, requestShutdown } from '../../src/hub/shutdown.ts'
import type { Store, StoreEvent } from '../../src/store/port.ts'
import { openTestHub } from '../support/hub.ts'

/** What a listener has heard so far; looking is enough to let it hear what is there. */
function heardBy(listener: ShutdownListener): () => Promise<ShutdownWish | undefined> {
  let heard: ShutdownWish | undefined
  void listener.asked.then((wish) => {
    heard = wish
  })
  return () => new Promise((resolve) => setImmediate(() => resolve(heard)))
}

async function listen(hub: HubContext) {
  const listener = await listenForShutdown(hub)
  onTestFinished(() => listener.close())
  return { listener, heard: heardBy(listener) }
}

/** A store that can be cut off: then it tells nothing and answers nothing. */
function frailStore(store: Store) {
  let away = false
  const listeners = new Set<(event: StoreEvent) => void>()
  const frail = new Proxy(store, {
    get: (target, name) => {
      if (name === 'watch') {
        return (listener: (event: StoreEvent) => void) => {
          listeners.add(listener)
          return target.watch((event) => {
            if (!away) listener(event)
          })
        }
      }
      if (name === 'get' && away) return () => Promise.reject(new HubgateError('unavailable'))
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const gap = () => {
    for (const listener of listeners) listener({ kind: 'gap' })
  }
  return {
    store: frail,
    cut: () => {
      away = true
      gap()
    },
    mend: () => {
      away = false
    },
    gap,
  }
}

describe('a wish to end', () => {
  it('is heard by every replica that runs', async () => {
    const hub = await openTestHub()
    const replicas = [hub, await hub.another(), await hub.another()]
    const listeners = await Promise.all(replicas.map(listen))
    await requestShutdown(hub, { by: 'ops', servers: true })
    const wishes = await Promise.all(listeners.map(({ listener }) => listener.asked))
    expect(wishes).toEqual(replicas.map(() => ({ at: hub.clock.now(), by: 'ops', servers: true })))
  })

  it('does not end a replica that starts later', async () => {
    const hub = await openTestHub()
    await requestShutdown(hub, { by: 'ops', servers: false })
    const { heard, listener } = await listen(await hub.another())
    expect(await heard()).toBeUndefined()
    await requestShutdown(hub, { by: 'ada', servers: false })
    expect(await listener.asked).toMatchObject({ by: 'ada' })
  })

  it('ends who started while it was made, or not: one of both, whichever came first', async () => {
    for (let round = 0; round < 20; round++) {
      const hub = await openTestHub()
      const other = await hub.another()
      const [{ heard, listener }] = await Promise.all([
        listen(other),
        requestShutdown(hub, { by: 'ops', servers: false }),
      ])
      await heard()
      await requestShutdown(hub, { by: 'ops', servers: false })
      expect(await listener.asked).toMatchObject({ by: 'ops' })
    }
  })

  it('is heard after a gap in which it was made', async () => {
    const hub = await openTestHub()
    const { store, cut, mend, gap } = frailStore((await hub.another()).store)
    const { listener, heard } = await listen({ ...hub, store })
    cut()
    await requestShutdown(hub, { by: 'ops', servers: false })
    expect(await heard()).toBeUndefined()
    mend()
    gap()
    expect(await listener.asked).toMatchObject({ by: 'ops' })
  })

  it('is not made by a gap alone', async () => {
    const hub = await openTestHub()
    await requestShutdown(hub, { by: 'ops', servers: false })
    const { store, gap } = frailStore(hub.store)
    const { heard, listener } = await listen({ ...hub, store })
    for (let i = 0; i < 3; i++) {
      gap()
      expect(await heard()).toBeUndefined()
    }
    await requestShutdown(hub, { by: 'ada', servers: false })
    expect(await listener.asked).toMatchObject({ by: 'ada' })
  })

  it('is not seen in a broken record', async () => {
    const hub = await openTestHub()
    const { heard, listener } = await listen(hub)
    await hub.store.commit({ set: [{ key: keys.shutdown(), value: { servers: 'yes' } }] })
    expect(await heard()).toBeUndefined()
    await requestShutdown(hub, { by: 'ops', servers: false })
    expect(await listener.asked).toMatchObject({ servers: false })
  })

  it('is not heard by who has closed', async () => {
    const hub = await openTestHub()
    const { heard, listener } = await listen(hub)
    listener.close()
    await requestShutdown(hub, { by: 'ops', servers: false })
    expect(await heard()).toBeUndefined()
  })

  it('cannot be listened for without the store', async () => {
    const hub = await openTestHub()
    const { store, cut } = frailStore(hub.store)
    cut()
    await expect(listenForShutdown({ ...hub, store })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})
