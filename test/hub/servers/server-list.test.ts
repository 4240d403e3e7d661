import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Activity } from '../../../src/hub/activity/activity.ts'
import { recordId } from '../../../src/hub/ids.ts'
import { keys } from '../../../src/hub/keys.ts'
import type { ServerQuery } from '../../../src/hub/servers/server-list.ts'
import { listServerPage } from '../../../src/hub/servers/server-list.ts'
import type { Owners, Position } from '../../../src/hub/servers/server-places.ts'
import { requestStop } from '../../../src/hub/servers/servers.ts'
import { deleteUser } from '../../../src/hub/users/users.ts'
import { newServer } from '../../../src/model/server-changes.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, putServer } from '../../support/people.ts'

const QUERY: ServerQuery = { state: 'all', limit: 50, only: () => true }

function list(hub: TestHub, query: Partial<ServerQuery>) {
  return listServerPage(hub, new Activity(hub), { ...QUERY, ...query })
}

/** All pages, as `user/server`. */
async function walk(hub: TestHub, query: Partial<ServerQuery>) {
  const pages: string[][] = []
  let after: Position | undefined
  do {
    const { items, next } = await list(hub, { ...query, after })
    pages.push(items.map(({ owner, server }) => `${owner.name}/${server.name}`))
    after = next
  } while (after !== undefined)
  return { pages, all: pages.flat() }
}

describe('a page of servers', () => {
  it('is in the order of owners and names, the default one first', async () => {
    const hub = await openTestHub()
    const [ben, ada] = [await makeUser(hub, 'ben'), await makeUser(hub, 'ada')]
    for (const name of ['z', '', 'a']) await putServer(hub, ada, name)
    await putServer(hub, ben, '')
    const { pages, all } = await walk(hub, { limit: 2 })
    expect(all).toEqual(['ada/', 'ada/a', 'ada/z', 'ben/'])
    expect(pages.map((page) => page.length)).toEqual([2, 2])
  })

  it('goes on behind what was answered, whatever comes and goes', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    for (const name of ['b', 'd', 'f', 'h']) await putServer(hub, ada, name)
    const { items, next } = await list(hub, { limit: 2 })
    expect(items.map(({ server }) => server.name)).toEqual(['b', 'd'])
    for (const name of ['b', 'd', 'f']) {
      await requestStop(hub, { user: 'ada', name, remove: true, by: 'ada' })
    }
    for (const name of ['a', 'c', 'g']) await putServer(hub, ada, name)
    const rest = await list(hub, { limit: 2, after: next })
    expect(rest.items.map(({ server }) => server.name)).toEqual(['g', 'h'])
    expect(rest.next).toBeUndefined()
  })

  it('takes a cursor that begins with a user', async () => {
    const hub = await openTestHub()
    for (const name of ['ada', 'ben', 'eve']) await putServer(hub, await makeUser(hub, name), '')
    const { items } = await list(hub, { after: { user: 'ben', server: null } })
    expect(items.map(({ owner }) => owner.name)).toEqual(['ben', 'eve'])
  })

  it('has the servers of the state alone', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, 'ready', { wanted: 'running', phase: 'ready' })
    await putServer(hub, ada, 'start', { wanted: 'running', phase: 'spawning' })
    await putServer(hub, ada, 'end', { wanted: 'stopped', phase: 'stopping' })
    await putServer(hub, ada, 'off')
    const names = async (state: ServerQuery['state']) => (await walk(hub, { state })).all
    expect(await names('active')).toEqual(['ada/end', 'ada/ready', 'ada/start'])
    expect(await names('ready')).toEqual(['ada/ready'])
    expect(await names('pending')).toEqual(['ada/end', 'ada/start'])
    expect(await names('stopped')).toEqual(['ada/off'])
    expect(await names('all')).toHaveLength(4)
  })

  it('tells idle ones by their last use: activity, or else the start', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const now = hub.clock.now()
    const old = now - 3_600_000
    const put = async (name: string, started: number | null, at: number | null) => {
      await putServer(hub, ada, name, { wanted: 'running', phase: 'ready', started, created: old })
      if (at === null) return
      await hub.store.commit({ set: [{ key: keys.serverActivity(ada.id, name), value: { at } }] })
    }
    await put('busy', old, now)
    await put('idle', old, old)
    await put('unused', old, null)
    await put('restarted', now, old)
    const idle = async (seconds: number) =>
      (await walk(hub, { state: 'active', idleMs: seconds * 1000 })).all
    expect(await idle(3600)).toEqual(['ada/idle', 'ada/unused'])
    expect(await idle(3601)).toEqual([])
    expect(await idle(0)).toHaveLength(4)
    const { items } = await list(hub, { state: 'ready', idleMs: 3_600_000 })
    expect(items.map(({ lastActivity }) => lastActivity)).toEqual([old, null])
  })

  it('counts a server that was never started from when it was made', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, 'fresh')
    expect((await list(hub, { idleMs: 1 })).items).toEqual([])
    hub.clock.advance(1)
    expect((await list(hub, { idleMs: 1 })).items).toHaveLength(1)
  })

  it('does not show servers of who is gone or of a namesake', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const lost = await putServer(hub, ada, 'lost')
    await deleteUser(hub, 'ada')
    await hub.store.commit({ set: [{ key: keys.server('ada', 'lost'), value: lost }] })
    expect((await list(hub, {})).items).toEqual([])
    await makeUser(hub, 'ada')
    expect((await list(hub, {})).items).toEqual([])
  })
})

describe('of some owners', () => {
  const some = (owners: Record<string, true | string[]>): Owners =>
    new Map(
      Object.entries(owners).map(([user, only]) => [user, only === true ? true : new Set(only)]),
    )

  async function open() {
    const hub = await openTestHub()
    for (const name of ['ada', 'ben', 'eve']) {
      const user = await makeUser(hub, name)
      for (const server of ['', 'lab', 'x']) await putServer(hub, user, server)
    }
    return hub
  }

  it('looks at theirs alone, or at some of theirs', async () => {
    const hub = await open()
    const owners = some({ eve: ['x', 'lab', 'none'], ada: true, nobody: true })
    for (const limit of [1, 2, 3, 50]) {
      const { all } = await walk(hub, { owners, limit })
      expect(all).toEqual(['ada/', 'ada/lab', 'ada/x', 'eve/lab', 'eve/x'])
    }
  })

  it('looks at nobody where there is nobody to look at', async () => {
    const hub = await open()
    expect(await list(hub, { owners: some({}) })).toEqual({ items: [], next: undefined })
  })

  it('names in a cursor nobody else', async () => {
    const hub = await open()
    const owners = some({ eve: ['x'], ada: true })
    const seen: Position[] = []
    let after: Position | undefined
    do {
      after = (await list(hub, { owners, limit: 1, after })).next
      if (after !== undefined) seen.push(after)
    } while (after !== undefined)
    const allowed = /^(?:ada\/(?:|lab|x|null)|eve\/(?:x|null))$/
    expect(seen.length).toBeGreaterThan(0)
    for (const { user, server } of seen) expect(`${user}/${server}`).toMatch(allowed)
  })
})

describe('with thousands of servers', () => {
  const COUNT = 4_500
  let hub: TestHub

  beforeAll(async () => {
    hub = await openTestHub({ keep: true })
    for (let n = 0; n < COUNT; n += 500) {
      const set = Array.from({ length: 500 }, (_, i) => {
        const name = `u${String(n + i).padStart(5, '0')}`
        const user = { id: recordId(n + i), name, admin: false, groups: [], created: 1 }
        const about = { user: name, userId: user.id, name: '', displayName: '', userOptions: null }
        const server = newServer({ ...about, id: `s${n + i}`, by: name, now: 1 })
        return [
          { key: keys.user(name), value: user },
          { key: keys.server(name, ''), value: server },
        ]
      })
      await hub.store.commit({ set: set.flat() })
    }
    return () => hub.close()
  })

  /** How often the store is read, and how many entries it answers, for one page. */
  async function cost(query: Partial<ServerQuery>) {
    let [reads, entries] = [0, 0]
    const { list: listOf, getMany, get } = hub.store
    const note = <T>(found: T[]): T[] => {
      reads++
      entries += found.length
      return found
    }
    const spies = [
      vi
        .spyOn(hub.store, 'list')
        .mockImplementation(async (...args) =>
          note((await listOf.apply(hub.store, args)) as never[]),
        ),
      vi
        .spyOn(hub.store, 'getMany')
        .mockImplementation(async (...args) =>
          note((await getMany.apply(hub.store, args)) as never[]),
        ),
      vi.spyOn(hub.store, 'get').mockImplementation(async (...args) => {
        reads++
        return get.apply(hub.store, args) as never
      }),
    ]
    const page = await list(hub, query)
    for (const spy of spies) spy.mockRestore()
    return { reads, entries, page }
  }

  it('reads little more than the page when all of it is wanted', async () => {
    const { reads, entries, page } = await cost({ limit: 50 })
    expect(page.items).toHaveLength(50)
    expect(reads).toBeLessThanOrEqual(4)
    expect(entries).toBeLessThanOrEqual(800)
  })

  it.each<[string, Partial<ServerQuery>]>([
    ['nothing is idle for so long', { idleMs: 1e15 }],
    ['nothing is in the state', { state: 'stopped', only: () => false }],
    ['others are asked for one by one', { owners: new Map(ownersFrom(0, COUNT)), idleMs: 1e15 }],
  ])('looks at so many and says where to go on when %s', async (_, query) => {
    const { reads, entries, page } = await cost(query)
    expect(page.items).toEqual([])
    expect(page.next).toBeDefined()
    expect(reads).toBeLessThanOrEqual(600)
    expect(entries).toBeLessThanOrEqual(10_000)
    const second = await cost({ ...query, after: page.next })
    expect(second.page.next).not.toEqual(page.next)
  })

  it('gets through in the end, each server once', async () => {
    const { all } = await walk(hub, { limit: 200 })
    expect(all).toHaveLength(COUNT)
    expect(new Set(all).size).toBe(COUNT)
    const owners = new Map(ownersFrom(COUNT - 3, COUNT))
    const few = await walk(hub, { owners, only: ({ name }) => name.endsWith('9') })
    expect(few.all).toEqual(['u04499/'])
  })

  function ownersFrom(from: number, to: number): [string, true][] {
    return Array.from({ length: to - from }, (_, i) => [
      `u${String(from + i).padStart(5, '0')}`,
      true,
    ])
  }
})
