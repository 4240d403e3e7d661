import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Activity } from '../../../src/hub/activity/activity.ts'
import { createGroups } from '../../../src/hub/groups/groups.ts'
import type { UserQuery } from '../../../src/hub/users/user-list.ts'
import { listUsers } from '../../../src/hub/users/user-list.ts'
import { changeUser, createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import type { Store, StoreEvent } from '../../../src/store/port.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { putServer } from '../../support/people.ts'

let hub: TestHub

beforeEach(async () => {
  hub = await openTestHub()
  await createUsers(hub, ['ada', 'bob', 'cyd'], { admin: false })
})

const WHOLE = { sort: 'id', descending: false, offset: 0, limit: 10_000 } as const

async function list(query: Partial<UserQuery> = {}, from = hub) {
  return (await listUsers(from, { ...WHOLE, ...query })).items
}

const names = async (query: Partial<UserQuery> = {}, from = hub): Promise<string[]> =>
  (await list(query, from)).map(({ record }) => record.name)

/** How many entries were read from the store since. */
function countReads(store: Store): () => number {
  const many = vi.spyOn(store, 'getMany')
  const lists = vi.spyOn(store, 'list')
  return () =>
    lists.mock.calls.length + many.mock.calls.reduce((sum, [wanted]) => sum + wanted.length, 0)
}

/** The same hub on a store whose notices the test sends and withholds. */
function withOwnNotices() {
  let listening = true
  let emit: (event: StoreEvent) => void = () => undefined
  const store: Store = Object.create(hub.store, {
    listening: { get: () => listening },
    watch: {
      value: (listener: (event: StoreEvent) => void) => {
        emit = listener
        return () => undefined
      },
    },
    list: { value: (...args: Parameters<Store['list']>) => hub.store.list(...args) },
    getMany: { value: (...args: Parameters<Store['getMany']>) => hub.store.getMany(...args) },
  })
  return {
    deaf: { ...hub, store },
    gap: () => emit({ kind: 'gap' }),
    setListening: (value: boolean) => {
      listening = value
    },
  }
}

describe('lists of users', () => {
  test('are read from the store once', async () => {
    expect(await names()).toEqual(['ada', 'bob', 'cyd'])
    const reads = countReads(hub.store)
    for (const sort of ['id', 'name', 'last_activity'] as const) {
      expect(await names({ sort, nameFilter: 'b' })).toEqual(['bob'])
      expect(await names({ sort, state: 'inactive' })).toHaveLength(3)
    }
    expect(reads()).toBe(0)
  })

  test('read again what was changed, and no more', async () => {
    await names()
    await changeUser(hub, 'bob', { admin: true })
    const reads = countReads(hub.store)
    expect((await list()).map(({ record }) => record.admin)).toEqual([false, true, false])
    // The user, and when they were active.
    expect(reads()).toBe(2)
  })

  test('show at once what this replica did', async () => {
    await names()
    await createUsers(hub, ['dee'], { admin: false })
    expect(await names()).toEqual(['ada', 'bob', 'cyd', 'dee'])
    await deleteUser(hub, 'bob')
    expect(await names()).toEqual(['ada', 'cyd', 'dee'])
    await changeUser(hub, 'ada', { name: 'zoe' })
    expect(await names()).toEqual(['zoe', 'cyd', 'dee'])
    expect(await names({ sort: 'name' })).toEqual(['cyd', 'dee', 'zoe'])
    await createGroups(hub, ['class'], ['cyd'])
    expect(await names({ only: ({ groups }) => groups.includes('class') })).toEqual(['cyd'])
    expect((await listUsers(hub, { ...WHOLE, limit: 1 })).total).toBe(3)
  })

  test('show what another replica did', async () => {
    const other = await hub.another()
    expect(await names()).toEqual(['ada', 'bob', 'cyd'])
    await createUsers(other, ['dee'], { admin: false })
    await deleteUser(other, 'ada')
    await vi.waitFor(async () => {
      expect(await names({ sort: 'name' })).toEqual(['bob', 'cyd', 'dee'])
    })
  })

  test('show who was made while they are read', async () => {
    const reading = names()
    await createUsers(hub, ['dee'], { admin: false })
    await reading
    expect(await names()).toEqual(['ada', 'bob', 'cyd', 'dee'])
  })

  test('take a user made anew for another one', async () => {
    const [, bob] = await list()
    const activity = new Activity(hub)
    activity.touchUser(bob?.record.id ?? '', 5_000)
    await activity.close()
    expect((await list())[1]?.lastActivity).toBe(5_000)
    await deleteUser(hub, 'bob')
    await createUsers(hub, ['bob'], { admin: false })
    const again = await list()
    expect(again.map(({ record }) => record.name)).toEqual(['ada', 'cyd', 'bob'])
    expect(again[2]?.lastActivity).toBeNull()
    expect(bob?.gone).toBe(true)
  })

  test('know a renamed user by the same id, with what was theirs', async () => {
    const [ada] = await list()
    const activity = new Activity(hub)
    activity.touchUser(ada?.record.id ?? '', 5_000)
    await activity.flush()
    await changeUser(hub, 'ada', { name: 'lou' })
    const [lou] = await list()
    expect(lou).toMatchObject({ record: { name: 'lou' }, lastActivity: 5_000, gone: false })
    await createUsers(hub, ['ada'], { admin: false })
    expect(await names()).toEqual(['lou', 'bob', 'cyd', 'ada'])
    await activity.close()
  })

  test('order by activity as it is now', async () => {
    const [ada, bob] = await list()
    const activity = new Activity(hub)
    activity.touchUser(ada?.record.id ?? '', 2_000)
    activity.touchUser(bob?.record.id ?? '', 1_000)
    await activity.flush()
    expect(await names({ sort: 'last_activity' })).toEqual(['cyd', 'bob', 'ada'])
    activity.touchUser(bob?.record.id ?? '', 3_000)
    await activity.close()
    expect(await names({ sort: 'last_activity' })).toEqual(['cyd', 'ada', 'bob'])
  })

  test('know who has an active server', async () => {
    const [ada, bob] = await list()
    await putServer(hub, ada!.record, '', { wanted: 'running', phase: 'ready' })
    await putServer(hub, bob!.record, 'gpu', { wanted: 'running', phase: 'spawning' })
    await putServer(hub, bob!.record, 'cpu', { wanted: 'running', phase: 'ready' })
    expect(await names({ state: 'active' })).toEqual(['ada', 'bob'])
    await putServer(hub, ada!.record, '', { wanted: 'stopped', phase: 'stopped' })
    await putServer(hub, bob!.record, 'gpu', { wanted: 'stopped', phase: 'stopped' })
    expect(await names({ state: 'active' })).toEqual(['bob'])
    expect(await names({ state: 'inactive' })).toEqual(['ada', 'cyd'])
  })

  test('are read anew when notices may have been missed', async () => {
    const { deaf, gap } = withOwnNotices()
    await names({}, deaf)
    await createUsers(hub, ['dee'], { admin: false })
    // No notice has come: only a gap tells.
    expect(await names({}, deaf)).toEqual(['ada', 'bob', 'cyd'])
    gap()
    expect(await names({}, deaf)).toEqual(['ada', 'bob', 'cyd', 'dee'])
  })

  test('are not kept while no notices come', async () => {
    const { deaf, setListening } = withOwnNotices()
    await names({}, deaf)
    setListening(false)
    await createUsers(hub, ['dee'], { admin: false })
    expect(await names({}, deaf)).toContain('dee')
    await createUsers(hub, ['eve'], { admin: false })
    expect(await names({}, deaf)).toContain('eve')
    setListening(true)
    expect(await names({}, deaf)).toEqual(['ada', 'bob', 'cyd', 'dee', 'eve'])
  })

  test('do not forget a change that could not be read', async () => {
    await names()
    await createUsers(hub, ['dee'], { admin: false })
    const fail = vi.spyOn(hub.store, 'getMany').mockRejectedValueOnce(new Error('away'))
    await expect(names()).rejects.toThrow('away')
    fail.mockRestore()
    expect(await names()).toEqual(['ada', 'bob', 'cyd', 'dee'])
  })

  test('a first reading that fails is tried again', async () => {
    const fail = vi.spyOn(hub.store, 'list').mockRejectedValueOnce(new Error('away'))
    await expect(names()).rejects.toThrow('away')
    fail.mockRestore()
    expect(await names()).toEqual(['ada', 'bob', 'cyd'])
  })

  test('hold several thousand, in order', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => `u${String(n).padStart(4, '0')}`)
    await createUsers(hub, many, { admin: false })
    expect(await names({ offset: 3 })).toEqual(many)
    expect(await names({ offset: 2_501, descending: true })).toEqual(['bob', 'ada'])
  })
})
