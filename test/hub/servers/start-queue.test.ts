import { describe, expect, it, onTestFinished } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import type { ProgressMessage } from '../../../src/hub/servers/progress.ts'
import { progressOf } from '../../../src/hub/servers/progress.ts'
import { findServer, requestStart, requestStop } from '../../../src/hub/servers/servers.ts'
import { queuePlaceOf, StartQueue } from '../../../src/hub/servers/start-queue.ts'
import { isQueued } from '../../../src/model/server.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import { eventually } from '../../support/gateway-process.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, putServer } from '../../support/people.ts'

interface Rig {
  hub: TestHub
  ada: UserRecord
  /** Asks as a page does; each a second later than the one before. */
  start: (name: string) => ReturnType<typeof requestStart>
  isWaiting: (name: string) => Promise<boolean>
  /** Lets the first of those that start come to be ready. */
  settle: (name: string) => Promise<unknown>
  serve: (hub: TestHub, holder: string) => StartQueue
}

async function rig(config = { concurrent_spawn_limit: 1 }): Promise<Rig> {
  const hub = await openTestHub({ config })
  const ada = await makeUser(hub, 'ada')
  return {
    hub,
    ada,
    start: (name) => {
      hub.clock.advance(1000)
      return requestStart(hub, { user: ada, name, by: 'ada', mayQueue: true })
    },
    isWaiting: async (name) => {
      const server = await findServer(hub, 'ada', name)
      return server !== undefined && isQueued(server)
    },
    settle: (name) => putServer(hub, ada, name, { wanted: 'running', phase: 'ready' }),
    serve: (on, holder) => {
      const queue = new StartQueue(on, holder)
      queue.start()
      onTestFinished(() => queue.close())
      return queue
    },
  }
}

describe('a start for which there is no room', () => {
  it('waits in turn, and nobody overtakes', async () => {
    const { hub, ada, start, isWaiting } = await rig()
    await start('one')
    const two = await start('two')
    const three = await start('three')
    expect([await isWaiting('one'), await isWaiting('two'), await isWaiting('three')]).toEqual([
      false,
      true,
      true,
    ])
    expect(await queuePlaceOf(hub, two)).toEqual({ position: 1, length: 2 })
    expect(await queuePlaceOf(hub, three)).toEqual({ position: 2, length: 2 })
    await putServer(hub, ada, 'one', { wanted: 'running', phase: 'ready' })
    const refused = requestStart(hub, { user: ada, name: 'four', by: 'ada' })
    await expect(refused).rejects.toMatchObject({ code: 'too_many_requests' })
  })

  it('keeps its place when it is asked for again', async () => {
    const { hub, start } = await rig()
    await start('one')
    const two = await start('two')
    await start('three')
    expect((await start('two')).runId).toBe(two.runId)
    expect(await queuePlaceOf(hub, two)).toEqual({ position: 1, length: 2 })
  })

  it('leaves the queue when it is stopped, or removed', async () => {
    const { hub, start } = await rig()
    await start('one')
    const two = await start('two')
    const three = await start('three')
    const by = { user: 'ada', by: 'ada' }
    const left = await requestStop(hub, { ...by, name: 'two', remove: false })
    expect(left).toMatchObject({ wanted: 'stopped', failure: { reason: 'cancelled' } })
    expect(await queuePlaceOf(hub, two)).toBeUndefined()
    expect(await queuePlaceOf(hub, three)).toEqual({ position: 1, length: 1 })
    await requestStop(hub, { ...by, name: 'three', remove: true })
    expect(await hub.store.count(keys.startQueue())).toBe(0)
    // At once, as there is nothing to stop: a replica that dies now leaves nothing half removed.
    expect(await findServer(hub, 'ada', 'three')).toBeUndefined()
    expect(await hub.store.get(keys.progress('ada', 'three'))).toBeUndefined()
  })

  it('is still refused where no more servers may be active', async () => {
    const hub = await openTestHub({ config: { concurrent_spawn_limit: 1, active_server_limit: 1 } })
    const ada = await makeUser(hub, 'ada')
    const start = (name: string) =>
      requestStart(hub, { user: ada, name, by: 'ada', mayQueue: true })
    await start('one')
    await expect(start('two')).rejects.toMatchObject({ code: 'too_many_requests' })
    expect(await hub.store.count(keys.startQueue())).toBe(0)
  })
})

describe('the queue', () => {
  it('lets one in for each that is done, in order, with a deadline from then on', async () => {
    const { hub, start, isWaiting, settle, serve } = await rig()
    await start('one')
    await start('two')
    await start('three')
    serve(hub, 'a')
    await settle('one')
    await eventually('two is let in', async () => !(await isWaiting('two')))
    const { start_timeout, http_timeout } = hub.snapshot().config.spawner
    const now = hub.clock.now()
    expect(await findServer(hub, 'ada', 'two')).toMatchObject({
      wanted: 'running',
      phase: 'stopped',
      started: now,
      deadline: now + 1000 * (start_timeout + http_timeout),
      queuedAt: null,
    })
    expect(await isWaiting('three')).toBe(true)
    await settle('two')
    await eventually('three is let in', async () => !(await isWaiting('three')))
    expect(await hub.store.count(keys.startQueue())).toBe(0)
  })

  it('does not count servers that stop', async () => {
    const { hub, ada, start, isWaiting, serve } = await rig()
    await start('one')
    await start('two')
    serve(hub, 'a')
    await putServer(hub, ada, 'one', { wanted: 'stopped', phase: 'stopping' })
    await eventually('two is let in', async () => !(await isWaiting('two')))
    expect(await findServer(hub, 'ada', 'one')).toMatchObject({ phase: 'stopping' })
  })

  it('never lets more in than there is room for, with several replicas', async () => {
    const { hub, start, settle, serve } = await rig({ concurrent_spawn_limit: 2 })
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const name of names) await start(name)
    serve(hub, 'one')
    serve(await hub.another(), 'two')
    const starting = async (): Promise<string[]> => {
      const all = await Promise.all(names.map((name) => findServer(hub, 'ada', name)))
      return all
        .filter((server) => server?.phase === 'stopped' && !isQueued(server))
        .map((server) => server?.name ?? '')
    }
    const order: string[] = []
    while (order.length < names.length) {
      const now = await eventually('somebody is let in', async () => {
        const found = await starting()
        return found.length > 0 && found
      })
      expect(now.length).toBeLessThanOrEqual(2)
      const [first = ''] = now
      order.push(first)
      await settle(first)
    }
    expect(order.toSorted()).toEqual(names)
  })

  it('lets all in when there is no limit any more', async () => {
    const { hub, start, isWaiting, serve } = await rig()
    for (const name of ['one', 'two', 'three']) await start(name)
    hub.reload({ concurrent_spawn_limit: 0 })
    serve(hub, 'a')
    await eventually('nobody waits', async () => (await hub.store.count(keys.startQueue())) === 0)
    expect(await isWaiting('three')).toBe(false)
  })

  it('ends a wait that takes too long, and says why', async () => {
    const { hub, start, serve } = await rig()
    await start('one')
    await start('two')
    hub.clock.advance(1000 * hub.snapshot().config.spawn_queue_timeout)
    await start('three')
    serve(hub, 'a')
    const failed = await eventually('it is given up', async () => {
      const server = await findServer(hub, 'ada', 'two')
      return server?.wanted === 'stopped' && server
    })
    expect(failed.failure).toMatchObject({ reason: 'throttled', status: 429 })
    expect(await hub.store.count(keys.startQueue())).toBe(1)
  })

  it('ends it behind others, too, whose time is longer', async () => {
    const { hub, start, isWaiting, serve } = await rig()
    await start('one')
    await start('two')
    hub.reload({ concurrent_spawn_limit: 1, spawn_queue_timeout: 5 })
    await start('three')
    hub.clock.advance(6000)
    serve(hub, 'a')
    await eventually('it is given up', async () => !(await isWaiting('three')))
    expect(await isWaiting('two')).toBe(true)
  })
})

it('the progress of a start that waits tells its place, and when it moves', async () => {
  const { hub, start, isWaiting, settle, serve } = await rig()
  await start('one')
  await start('two')
  const told: ProgressMessage[] = []
  const following = (async () => {
    for await (const one of progressOf(hub, 'ada', 'two', AbortSignal.timeout(20_000)))
      told.push(one)
  })()
  await eventually('it tells the place', () => told.some(({ queue }) => queue !== undefined))
  serve(hub, 'a')
  await settle('one')
  await eventually('it is let in', async () => !(await isWaiting('two')))
  await settle('two')
  await following
  expect(told.map(({ message }) => message)).toEqual([
    'Server requested',
    'Waiting until fewer servers are starting',
    'You are number 1 of 1 in the queue',
    'Server ready at /user/ada/two/',
  ])
})
