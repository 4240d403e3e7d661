import { describe, expect, test, vi } from 'vitest'
import { HubgateError } from '../../../src/base/errors.ts'
import { Activity } from '../../../src/hub/activity/activity.ts'
import { keys } from '../../../src/hub/keys.ts'
import { issueToken, revokeToken } from '../../../src/hub/tokens/tokens.ts'
import { changeUser, createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import type { Key } from '../../../src/store/port.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf, putServer } from '../../support/people.ts'

/** Never on its own: the tests say when. */
const BY_HAND = { flushMs: 3_600_000 }

const stored = async (hub: TestHub, key: Key) =>
  (await hub.store.get<{ at: number | null }>(key))?.value.at

/** Resolves when a commit touches the key. */
function written(hub: TestHub, key: Key): Promise<void> {
  return new Promise((resolve) => {
    const stop = hub.store.watch((event) => {
      if (event.kind !== 'changed' || !event.keys.some((one) => one.join() === key.join())) return
      stop()
      resolve()
    })
  })
}

describe('Activity', () => {
  test('touching asks the store nothing; the last value is seen before it is written', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const activity = new Activity(hub, BY_HAND)
    const spies = (['get', 'getMany', 'commit'] as const).map((name) => vi.spyOn(hub.store, name))
    activity.touchUser(ada.id)
    activity.touchToken('a1')
    activity.touchServer(ada.id, '')
    await Promise.resolve()
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0])
    expect(await activity.lastOfUser(ada.id)).toBe(hub.clock.now())
    expect(await activity.lastOfServer(ada.id, '')).toBe(hub.clock.now())
    expect(await activity.lastOfServer(ada.id, 'gpu')).toBeNull()
    expect(await stored(hub, keys.userActivity(ada.id))).toBeUndefined()
  })

  test('many touches are one write of the latest', async () => {
    const hub = await openTestHub()
    const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    await putServer(hub, ada!, 'gpu')
    const activity = new Activity(hub, BY_HAND)
    for (let at = 1; at <= 100; at++) {
      activity.touchUser(ada!.id, at)
      activity.touchUser(bob!.id, 101 - at)
      activity.touchServer(ada!.id, 'gpu', at * 2)
    }
    const commit = vi.spyOn(hub.store, 'commit')
    await activity.flush()
    await activity.flush()
    expect(commit).toHaveBeenCalledTimes(1)
    expect(await activity.lastOfMany('user', [bob!.id, 'nobody', ada!.id])).toEqual([
      100,
      null,
      100,
    ])
    expect(
      await activity.lastOfMany('server', [
        [ada!.id, ''],
        [ada!.id, 'gpu'],
      ]),
    ).toEqual([null, 200])
  })

  test('values move forward only, whoever wrote them', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const one = new Activity(hub, BY_HAND)
    const two = new Activity(await hub.another(), BY_HAND)
    one.touchUser(ada.id, 2000)
    two.touchUser(ada.id, 1000)
    await one.flush()
    await two.flush()
    expect(await two.lastOfUser(ada.id)).toBe(2000)
    two.touchUser(ada.id, 3000)
    await Promise.all([one.flush(), two.flush()])
    one.touchUser(ada.id, 2500)
    expect(await one.lastOfUser(ada.id)).toBe(3000)
    await one.flush()
    expect(await one.lastOfUser(ada.id)).toBe(3000)
  })

  test('touches without a time count every 30 seconds; those with one always', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const activity = new Activity(hub, BY_HAND)
    const start = hub.clock.now()
    activity.touchUser(ada.id)
    hub.clock.advance(29_999)
    activity.touchUser(ada.id)
    expect(await activity.lastOfUser(ada.id)).toBe(start)
    hub.clock.advance(1)
    activity.touchUser(ada.id)
    expect(await activity.lastOfUser(ada.id)).toBe(start + 30_000)
    activity.touchUser(ada.id, start + 30_001)
    expect(await activity.lastOfUser(ada.id)).toBe(start + 30_001)
    hub.clock.advance(-3_600_000)
    activity.touchUser(ada.id)
    expect(await activity.lastOfUser(ada.id)).toBe(start + 30_001)
  })

  test('is written without being asked, and at closing', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const activity = new Activity(hub, { flushMs: 1 })
    const first = written(hub, keys.userActivity(ada.id))
    activity.touchUser(ada.id, 1000)
    await first
    expect(await stored(hub, keys.userActivity(ada.id))).toBe(1000)
    activity.touchUser(ada.id, 2000)
    await activity.close()
    expect(await stored(hub, keys.userActivity(ada.id))).toBe(2000)
    activity.touchUser(ada.id, 3000)
    await activity.close()
    expect(await stored(hub, keys.userActivity(ada.id))).toBe(2000)
  })

  test('a store that does not answer loses nothing: it is tried again', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const down = () => Promise.reject(new HubgateError('unavailable'))
    const commit = vi.spyOn(hub.store, 'commit').mockImplementationOnce(down)
    const getMany = vi.spyOn(hub.store, 'getMany').mockImplementationOnce(down)
    const activity = new Activity(hub, { flushMs: 1 })
    const done = written(hub, keys.userActivity(ada.id))
    activity.touchUser(ada.id, 1000)
    await activity.flush()
    activity.touchUser(ada.id, 2000)
    await done
    expect(await stored(hub, keys.userActivity(ada.id))).toBe(2000)
    expect(commit.mock.calls.length).toBe(2)
    expect(getMany.mock.calls.length).toBeGreaterThanOrEqual(3)
    await activity.close()
  })

  test('a broken record holds up nobody else', async () => {
    const hub = await openTestHub()
    const [ada, bob, cyd] = await createUsers(hub, ['ada', 'bob', 'cyd'], { admin: false })
    const broken = keys.userActivity(bob!.id)
    await hub.store.commit({ set: [{ key: broken, value: { at: 'yesterday' } }] })
    const activity = new Activity(hub, BY_HAND)
    for (const user of [ada!, bob!, cyd!]) activity.touchUser(user.id, 1000)
    await activity.flush()
    expect(await activity.lastOfMany('user', [ada!.id, cyd!.id])).toEqual([1000, 1000])
    expect((await hub.store.get(broken))?.value).toEqual({ at: 'yesterday' })
    const commit = vi.spyOn(hub.store, 'commit')
    await activity.flush()
    expect(commit).not.toHaveBeenCalled()
  })

  test('a value that comes while the last one is being written is not lost', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const activity = new Activity(hub, BY_HAND)
    activity.touchUser(ada.id, 1000)
    const flushed = activity.flush()
    await Promise.resolve()
    activity.touchUser(ada.id, 2000)
    await flushed
    await activity.flush()
    expect(await stored(hub, keys.userActivity(ada.id))).toBe(2000)
  })

  test('writes thousands in a few commits', async () => {
    const hub = await openTestHub()
    const names = Array.from({ length: 1201 }, (_, i) => `student-${i}`)
    const users = await createUsers(hub, names, { admin: false })
    const activity = new Activity(hub, BY_HAND)
    for (const [i, user] of users.entries()) activity.touchUser(user.id, i + 1)
    const commit = vi.spyOn(hub.store, 'commit')
    await activity.flush()
    expect(commit).toHaveBeenCalledTimes(3)
    expect(await hub.store.count(keys.userActivities())).toBe(1201)
    expect(await activity.lastOfUser(users.at(-1)!.id)).toBe(1201)
  })

  test('of tokens: until they expire or are revoked', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const request = { owner, scopes: ['inherit'], note: '' }
    const short = await issueToken(hub, { ...request, expiresAt: hub.clock.now() + 5000 })
    const long = await issueToken(hub, { ...request, expiresAt: null })
    const activity = new Activity(hub, BY_HAND)
    const ids = [short.record.id, long.record.id, 'c0123456789abcdef', 'a1']
    expect(await activity.lastOfMany('token', ids)).toEqual([null, null, null, null])
    for (const id of ids) activity.touchToken(id, 1000)
    await activity.flush()
    const fresh = new Activity(hub, BY_HAND)
    expect(await fresh.lastOfMany('token', ids)).toEqual([1000, 1000, 1000, null])
    expect(await fresh.lastOfToken(ids[0]!)).toBe(1000)

    hub.clock.advance(5000)
    await revokeToken(hub, owner, long.record.id)
    for (const id of ids) activity.touchToken(id, 2000)
    await activity.flush()
    expect(await fresh.lastOfMany('token', ids)).toEqual([null, null, 2000, null])
  })

  test('of servers: only while there is a record of that owner', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, 'gpu')
    await putServer(hub, { ...ada, id: 'somebody' }, 'stale')
    const activity = new Activity(hub, BY_HAND)
    for (const name of ['gpu', 'stale', 'none']) activity.touchServer(ada.id, name, 1000)
    await activity.flush()
    expect(await hub.store.list(keys.serverActivitiesOf(ada.id))).toHaveLength(1)
    await changeUser(hub, 'ada', { name: 'lou' })
    activity.touchServer(ada.id, 'gpu', 2000)
    await activity.flush()
    expect(await stored(hub, keys.serverActivity(ada.id, 'gpu'))).toBe(2000)
  })

  test('a user who is deleted while it is being written does not come back', async () => {
    const hub = await openTestHub()
    const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    const activity = new Activity(hub, BY_HAND)
    activity.touchUser(ada!.id, 1000)
    activity.touchUser(bob!.id, 1000)
    const { commit } = hub.store
    vi.spyOn(hub.store, 'commit').mockImplementationOnce(async (change) => {
      await deleteUser(hub, 'ada')
      return commit.call(hub.store, change)
    })
    await activity.flush()
    expect(await stored(hub, keys.userActivity(ada!.id))).toBeUndefined()
    expect(await stored(hub, keys.userActivity(bob!.id))).toBe(1000)
  })
})
