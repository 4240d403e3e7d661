import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Activity } from '../../../src/hub/activity/activity.ts'
import { createGroups } from '../../../src/hub/groups/groups.ts'
import { keys } from '../../../src/hub/keys.ts'
import type { UserQuery } from '../../../src/hub/users/user-list.ts'
import { listUsers } from '../../../src/hub/users/user-list.ts'
import { createUsers } from '../../../src/hub/users/users.ts'
import type { Store } from '../../../src/store/port.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { putServer } from '../../support/people.ts'

let hub: TestHub

/** Made in this order: dee, bob, ada, cyd. */
beforeAll(async () => {
  hub = await openTestHub({ keep: true })
  const users = await createUsers(hub, ['dee', 'bob', 'ada', 'cyd'], { admin: false })
  const [dee, bob, ada, cyd] = users
  await createGroups(hub, ['class'], ['bob', 'cyd'])
  await putServer(hub, dee!, '', { wanted: 'running', phase: 'ready' })
  await putServer(hub, bob!, 'gpu', { wanted: 'running', phase: 'spawning' })
  await putServer(hub, bob!, 'cpu', { wanted: 'running', phase: 'spawning' })
  await putServer(hub, ada!, '', {})
  const activity = new Activity(hub)
  activity.touchUser(cyd!.id, 3000)
  activity.touchUser(dee!.id, 2000)
  await activity.close()
})

afterAll(() => hub.close())

async function list(query: Partial<UserQuery>, from = hub): Promise<[string[], number]> {
  const whole = { sort: 'id', descending: false, offset: 0, limit: 100, ...query } as const
  const { items, total } = await listUsers(from, whole)
  return [items.map(({ record }) => record.name), total]
}

describe('listUsers', () => {
  test.each<[Partial<UserQuery>, string[], number]>([
    [{}, ['dee', 'bob', 'ada', 'cyd'], 4],
    [{ descending: true }, ['cyd', 'ada', 'bob', 'dee'], 4],
    [{ offset: 1, limit: 2 }, ['bob', 'ada'], 4],
    [{ offset: 1, limit: 2, descending: true }, ['ada', 'bob'], 4],
    [{ offset: 9 }, [], 4],
    [{ sort: 'name' }, ['ada', 'bob', 'cyd', 'dee'], 4],
    [{ sort: 'name', descending: true, limit: 1 }, ['dee'], 4],
    [{ sort: 'last_activity' }, ['bob', 'ada', 'dee', 'cyd'], 4],
    [{ sort: 'last_activity', descending: true }, ['cyd', 'dee', 'ada', 'bob'], 4],
    [{ sort: 'last_activity', offset: 1, limit: 2 }, ['ada', 'dee'], 4],
    [{ sort: 'running' }, ['dee', 'bob', 'cyd', 'ada'], 4],
    [{ sort: 'running', offset: 1, limit: 2 }, ['bob', 'cyd'], 4],
    [{ sort: 'running', nameFilter: 'D' }, ['dee', 'cyd', 'ada'], 3],
    [{ nameFilter: 'D' }, ['dee', 'ada', 'cyd'], 3],
    [{ nameFilter: 'D', sort: 'name', offset: 1, limit: 1 }, ['cyd'], 3],
    [{ nameFilter: '' }, ['dee', 'bob', 'ada', 'cyd'], 4],
    [{ nameFilter: '%' }, [], 0],
    [{ state: 'active' }, ['dee', 'bob'], 2],
    [{ state: 'ready' }, ['dee'], 1],
    [{ state: 'inactive' }, ['ada', 'cyd'], 2],
    [{ state: 'inactive', sort: 'last_activity', descending: true }, ['cyd', 'ada'], 2],
    [{ only: (user) => user.groups.includes('class') }, ['bob', 'cyd'], 2],
    [{ only: (user) => user.groups.includes('class'), offset: 1, limit: 1 }, ['cyd'], 2],
    [
      { only: (user) => user.name !== 'ada', sort: 'name', descending: true },
      ['dee', 'cyd', 'bob'],
      3,
    ],
    [{ only: (user) => user.name !== 'bob', state: 'active', nameFilter: 'e' }, ['dee'], 1],
    [{ only: () => undefined }, [], 0],
  ])('%j: %j of %i', async (query, names, total) => {
    expect(await list(query)).toEqual([names, total])
  })

  test.each<[Partial<UserQuery>]>([
    [{ only: () => true, sort: 'last_activity', state: 'active', nameFilter: 'e' }],
    [{ sort: 'last_activity' }],
    [{ sort: 'name', offset: 1, limit: 2 }],
    [{ sort: 'id' }],
    [{ nameFilter: 'd' }],
  ])('reads each record once at most: %j', async (query) => {
    const read: string[] = []
    const note = (found: readonly ({ key: readonly string[] } | undefined)[]) => {
      read.push(...found.flatMap((one) => (one?.key[0] === 'user' ? [one.key[1] ?? ''] : [])))
    }
    const store: Pick<Store, 'getMany' | 'list' | 'count' | 'watch' | 'listening'> = {
      getMany: async <V>(wanted: Parameters<Store['getMany']>[0]) => {
        const found = await hub.store.getMany<V>(wanted)
        note(found)
        return found
      },
      list: async <V>(...args: Parameters<Store['list']>) => {
        const found = await hub.store.list<V>(...args)
        note(found)
        return found
      },
      count: (prefix) => hub.store.count(prefix),
      watch: (listener) => hub.store.watch(listener),
      listening: true,
    }
    const [names] = await list(query, { ...hub, store: store as Store })
    expect(read.length).toBe(new Set(read).size)
    expect(read).toEqual(expect.arrayContaining(names))
  })

  test('a broken record is an error, not a user', async () => {
    const broken = await openTestHub()
    await createUsers(broken, ['ada'], { admin: false })
    await broken.store.commit({ set: [{ key: keys.user('ada'), value: { name: 'ada' } }] })
    for (const query of [{}, { sort: 'name' }, { only: () => true }] as const) {
      await expect(list(query, broken)).rejects.toMatchObject({ code: 'internal' })
    }
  })
})
