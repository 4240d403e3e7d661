import { describe, expect, it, onTestFinished } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import { keys } from '../../src/hub/keys.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { isActive } from '../../src/model/server.ts'
import type { Route } from '../../src/proxy/route.ts'
import { RouteTable } from '../../src/proxy/route-table.ts'
import type { Store, StoreEvent } from '../../src/store/port.ts'
import type { TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'

function record(user: string, name = '', change: Partial<ServerRecord> = {}): ServerRecord {
  return {
    id: `id-${user}-${name}`,
    user,
    userId: `id-${user}`,
    name,
    displayName: '',
    created: 1,
    wanted: 'running',
    phase: 'ready',
    since: 1,
    by: user,
    deadline: null,
    runId: `run-${user}-${name}`,
    started: 1,
    url: 'http://127.0.0.1:4001',
    secret: 'secret',
    spawnerState: null,
    userOptions: null,
    failure: null,
    remove: false,
    ...change,
  }
}

async function write(hub: TestHub, ...records: ServerRecord[]): Promise<void> {
  await hub.store.commit({
    set: [
      ...records.map((one) => ({ key: keys.server(one.user, one.name), value: one })),
      ...records
        .filter((one) => isActive(one))
        .map((one) => ({ key: keys.activeServer(one.user, one.name), value: {} })),
    ],
    delete: records
      .filter((one) => !isActive(one))
      .map((one) => keys.activeServer(one.user, one.name)),
  })
}

async function openTable(hub: TestHub, store: Store = hub.store): Promise<RouteTable> {
  const table = new RouteTable({ store, log: hub.log, baseUrl: '/jh/' })
  onTestFinished(() => table.close())
  await table.load()
  return table
}

const urls = (table: RouteTable): string[] =>
  table
    .all()
    .map((route) => `${route.fullName} ${route.url}`)
    .sort()

/** A store that can be made to fail, and to report a gap. */
function faulty(store: Store): { store: Store; fail: (on: boolean) => void; gap: () => void } {
  let fails = false
  const listeners = new Set<(event: StoreEvent) => void>()
  const wrapped = new Proxy(store, {
    get: (target, name) => {
      if (name === 'watch') return watch
      if (name === 'getMany' && fails) return () => Promise.reject(new HubgateError('unavailable'))
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  function watch(listener: (event: StoreEvent) => void): () => void {
    listeners.add(listener)
    return store.watch((event) => {
      if (!fails) listener(event)
    })
  }
  return {
    store: wrapped,
    fail: (on) => {
      fails = on
    },
    gap: () => {
      for (const listener of listeners) listener({ kind: 'gap' })
    },
  }
}

describe('RouteTable', () => {
  it('has every running server when it is loaded, and no other', async () => {
    const hub = await openTestHub()
    await write(
      hub,
      record('ada'),
      record('ada', 'gpu', { url: 'http://127.0.0.1:4002' }),
      record('bob', '', { phase: 'spawning', url: null }),
      record('cyd', '', { wanted: 'stopped' }),
      record('dan', '', { wanted: 'stopped', phase: 'stopped' }),
    )
    const table = await openTable(hub)
    expect(urls(table)).toEqual(['ada/ http://127.0.0.1:4001', 'ada/gpu http://127.0.0.1:4002'])
    expect(table.find('ada', null)).toMatchObject({
      prefix: '/jh/user/ada/',
      secret: 'secret',
      userId: 'id-ada',
    })
  })

  it('finds the named server by the second segment, else the default one', async () => {
    const hub = await openTestHub()
    await write(hub, record('ada'), record('ada', 'gpu'), record('bob', 'gpu'))
    const table = await openTable(hub)
    expect(table.find('ada', 'gpu')?.server).toBe('gpu')
    expect(table.find('ada', 'lab')?.server).toBe('')
    expect(table.find('ada', '')?.server).toBe('')
    expect(table.find('ada', null)?.server).toBe('')
    expect(table.find('bob', 'gpu')?.server).toBe('gpu')
    expect(table.find('bob', 'lab')).toBeUndefined()
    expect(table.find('constructor', '__proto__')).toBeUndefined()
    expect(table.get('bob', '')).toBeUndefined()
  })

  it('follows the store, and says which routes are gone', async () => {
    const hub = await openTestHub()
    const table = await openTable(hub)
    const gone: string[] = []
    table.onGone((route: Route) => gone.push(route.key))
    await write(hub, record('ada'))
    await table.settled()
    expect(urls(table)).toEqual(['ada/ http://127.0.0.1:4001'])
    const before = table.find('ada', null)
    await write(hub, record('ada', '', { displayName: 'changed' }))
    await table.settled()
    expect(table.find('ada', null)).toBe(before)
    expect(gone).toEqual([])
    await write(hub, record('ada', '', { runId: 'run-2' }))
    await table.settled()
    expect(gone).toEqual(['run-ada- http://127.0.0.1:4001'])
    await write(hub, record('ada', '', { runId: 'run-2', wanted: 'stopped' }))
    await table.settled()
    expect(gone).toHaveLength(2)
    expect(table.all()).toEqual([])
  })

  it('drops the route of a record that is deleted', async () => {
    const hub = await openTestHub()
    await write(hub, record('ada'))
    const table = await openTable(hub)
    await hub.store.commit({ delete: [keys.server('ada', ''), keys.activeServer('ada', '')] })
    await table.settled()
    expect(table.all()).toEqual([])
  })

  it('sees what another replica commits', async () => {
    const hub = await openTestHub()
    const table = await openTable(hub)
    await write(await hub.another(), record('ada'))
    await expect.poll(() => urls(table)).toEqual(['ada/ http://127.0.0.1:4001'])
  })

  it('reads everything again after a gap, and what went meanwhile is gone', async () => {
    const hub = await openTestHub()
    const { store, fail, gap } = faulty(hub.store)
    await write(hub, record('ada'), record('bob'))
    const table = await openTable(hub, store)
    const gone: string[] = []
    table.onGone((route) => gone.push(route.fullName))
    fail(true)
    await write(hub, record('ada', '', { wanted: 'stopped', phase: 'stopped' }), record('cyd'))
    gap()
    await table.settled()
    expect(table.all().map(({ user }) => user)).toEqual(['ada', 'bob'])
    fail(false)
    await expect.poll(() => table.all().map(({ user }) => user)).toEqual(['bob', 'cyd'])
    expect(gone).toEqual(['ada/'])
  })

  it('does not start without its store', async () => {
    const hub = await openTestHub()
    await write(hub, record('ada'))
    const { store, fail } = faulty(hub.store)
    fail(true)
    await expect(openTable(hub, store)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it.each([
    'ftp://127.0.0.1/',
    'http://user:pw@127.0.0.1:1',
    'http://127.0.0.1:1/path',
    'http://127.0.0.1:1/?q',
    'unix:/run/x.sock',
    'nonsense',
  ])('never routes to %s', async (url) => {
    const hub = await openTestHub()
    await write(hub, record('ada', '', { url }), record('bob'))
    const table = await openTable(hub)
    expect(table.all().map(({ user }) => user)).toEqual(['bob'])
  })

  it('survives a listener that throws', async () => {
    const hub = await openTestHub()
    await write(hub, record('ada'))
    const table = await openTable(hub)
    const gone: string[] = []
    table.onGone(() => {
      throw new Error('listener')
    })
    table.onGone((route) => gone.push(route.fullName))
    await write(hub, record('ada', '', { wanted: 'stopped' }))
    await table.settled()
    expect(gone).toEqual(['ada/'])
  })
})

it('a route knows who checks visitors, and no secret of a server that does it itself', async () => {
  const hub = await openTestHub()
  await write(hub, record('ada', '', { auth: 'oauth' }), record('eve', '', { auth: 'gateway' }))
  await write(hub, record('old'))
  const table = await openTable(hub)
  const seen = ['ada', 'eve', 'old'].map((user) => {
    const route = table.get(user, '')
    return [route?.auth, route?.secret]
  })
  expect(seen).toEqual([
    ['oauth', ''],
    ['gateway', 'secret'],
    ['gateway', 'secret'],
  ])
})
