import { describe, expect, test } from 'vitest'
import { Activity } from '../../../src/hub/activity/activity.ts'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import { closeSession, endSessions } from '../../../src/hub/identity/session-ends.ts'
import { listSessions } from '../../../src/hub/identity/session-list.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import { changeUser, createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import { openTestHub } from '../../support/hub.ts'
import { justBefore } from '../../support/just-before.ts'
import { makeUser, putOAuthToken } from '../../support/people.ts'

const OWN = { user: 'ada', name: '' }

async function setUp() {
  const hub = await openTestHub()
  const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
  const activity = new Activity(hub, { flushMs: 3_600_000 })
  const all = async () => JSON.stringify(await hub.store.list([]))
  return { hub, ada: ada!, bob: bob!, activity, all }
}

describe('a session that replaces another', () => {
  test('ends it in the same commit, with all that hung on it, whosever it was', async () => {
    const { hub, ada, bob, all } = await setUp()
    const before = await openSession(hub, ada)
    const cookie = await openServerSession(hub, before.session, OWN)
    const token = await putOAuthToken(hub, ada, { session: before.session.sid })
    const kept = await openSession(hub, ada)
    const replaces = [before.secret, before.secret, 'of nobody', '']
    const after = await openSession(hub, bob, { replaces })
    expect(await principalOfSession(hub, before.secret)).toBeUndefined()
    expect(await principalOfServerSession(hub, cookie.secret)).toBeUndefined()
    expect(await hub.store.get(token)).toBeUndefined()
    expect((await principalOfSession(hub, after.secret))?.principal.name).toBe('bob')
    expect(await principalOfSession(hub, kept.secret)).toBeDefined()
    for (const gone of [before.session.id, before.session.sid]) {
      expect(await all()).not.toContain(gone)
    }
  })

  test('leaves it where the new one cannot begin', async () => {
    const { hub, ada, bob } = await setUp()
    const before = await openSession(hub, ada)
    await deleteUser(hub, 'bob')
    const failed = openSession(hub, bob, { replaces: [before.secret] })
    await expect(failed).rejects.toMatchObject({ code: 'not_found' })
    expect(await principalOfSession(hub, before.secret)).toBeDefined()
  })

  test('takes along what the old one was given meanwhile', async () => {
    const { hub, ada, all } = await setUp()
    const before = await openSession(hub, ada)
    const other = await hub.another()
    let cookie = ''
    justBefore(hub, async () => {
      cookie = (await openServerSession(other, before.session, OWN)).secret
    })
    await openSession(hub, ada, { replaces: [before.secret] })
    expect(cookie).not.toBe('')
    expect(await principalOfServerSession(hub, cookie)).toBeUndefined()
    expect(await all()).not.toContain(before.session.id)
  })
})

describe('ending sessions', () => {
  test('ends those that are chosen, with their cookies and OAuth tokens', async () => {
    const { hub, ada, bob, all } = await setUp()
    const [one, two, three] = [
      await openSession(hub, ada),
      await openSession(hub, ada),
      await openSession(hub, ada),
    ]
    const bobs = await openSession(hub, bob)
    const tokens = [
      await putOAuthToken(hub, ada, { session: one.session.sid }),
      await putOAuthToken(hub, ada, { session: two.session.sid }),
      await putOAuthToken(hub, ada, {}),
    ]
    const cookie = await openServerSession(hub, two.session, OWN)
    const others = ({ id }: { id: string }) => id !== one.session.id
    expect(await endSessions(hub, ada.id, others)).toBe(2)
    expect(await endSessions(hub, ada.id, others)).toBe(0)
    for (const { secret } of [two, three]) {
      expect(await principalOfSession(hub, secret)).toBeUndefined()
    }
    for (const { secret } of [one, bobs])
      expect(await principalOfSession(hub, secret)).toBeDefined()
    expect(await principalOfServerSession(hub, cookie.secret)).toBeUndefined()
    const left = await hub.store.getMany(tokens)
    expect(left.map((entry) => entry !== undefined)).toEqual([true, false, true])
    for (const { session } of [two, three]) {
      expect(await all()).not.toContain(session.id)
      expect(await all()).not.toContain(session.sid)
    }
  })

  test('reaches nobody else’s by their public ids', async () => {
    const { hub, ada, bob } = await setUp()
    const { secret, session } = await openSession(hub, bob)
    expect(await endSessions(hub, ada.id, ({ sid }) => sid === session.sid)).toBe(0)
    expect(await principalOfSession(hub, secret)).toBeDefined()
  })

  test('ends what begins while it looks', async () => {
    const { hub, ada } = await setUp()
    const first = await openSession(hub, ada)
    const other = await hub.another()
    let late = ''
    justBefore(hub, async () => {
      late = (await openSession(other, ada)).secret
    })
    expect(await endSessions(hub, ada.id, () => true)).toBe(2)
    for (const secret of [first.secret, late]) {
      expect(await principalOfSession(hub, secret)).toBeUndefined()
    }
  })

  test('is known to other replicas at once', async () => {
    const { hub, ada } = await setUp()
    const other = await hub.another()
    const { secret } = await openSession(hub, ada)
    const server = await openServerSession(
      hub,
      (await principalOfSession(hub, secret))!.session,
      OWN,
    )
    await expect.poll(() => principalOfServerSession(other, server.secret)).toBeDefined()
    await endSessions(hub, ada.id, () => true)
    await expect.poll(() => principalOfSession(other, secret)).toBeUndefined()
    await expect.poll(() => principalOfServerSession(other, server.secret)).toBeUndefined()
  })

  test('goes with the user whatever they are called', async () => {
    const { hub, ada } = await setUp()
    const { secret, session } = await openSession(hub, ada, { agent: 'Firefox' })
    await changeUser(hub, 'ada', { name: 'lovelace' })
    expect((await principalOfSession(hub, secret))?.session).toEqual({
      ...session,
      user: 'lovelace',
    })
    expect(await endSessions(hub, ada.id, ({ sid }) => sid === session.sid)).toBe(1)
    expect(await principalOfSession(hub, secret)).toBeUndefined()
  })

  test('a deleted user leaves nothing of them', async () => {
    const { hub, ada, activity, all } = await setUp()
    const { session } = await openSession(hub, ada)
    activity.touchSession(session.id)
    await activity.flush()
    await deleteUser(hub, 'ada')
    expect(await all()).not.toContain(session.id)
  })
})

describe('the list of sessions', () => {
  test('has the one that was used last first', async () => {
    const { hub, ada, bob, activity } = await setUp()
    const [one, two] = [await openSession(hub, ada), await openSession(hub, ada)]
    await openSession(hub, bob)
    hub.clock.advance(60_000)
    const three = await openSession(hub, ada)
    hub.clock.advance(60_000)
    const now = hub.clock.now()
    activity.touchSession(one.session.id)
    const listed = async () =>
      (await listSessions({ hub, activity }, ada.id)).map(({ session, lastUse }) => [
        session.id,
        now - lastUse,
      ])
    const expected = [
      [one.session.id, 0],
      [three.session.id, 60_000],
      [two.session.id, 120_000],
    ]
    expect(await listed()).toEqual(expected)
    await activity.flush()
    expect(await listed()).toEqual(expected)
  })

  test('has none that expired', async () => {
    const { hub, ada, activity } = await setUp()
    const { session } = await openSession(hub, ada)
    hub.clock.advance(session.expiresAt - hub.clock.now())
    expect(await listSessions({ hub, activity }, ada.id)).toEqual([])
  })
})

describe('the last use of a session', () => {
  test('is not written once the session is over', async () => {
    const { hub, ada, activity } = await setUp()
    const { secret, session } = await openSession(hub, ada)
    activity.touchSession(session.id)
    await closeSession(hub, secret)
    await activity.flush()
    expect(await hub.store.get(keys.sessionActivity(session.id))).toBeUndefined()
  })

  test('ends with it', async () => {
    const { hub, ada, activity } = await setUp()
    const { session } = await openSession(hub, ada)
    activity.touchSession(session.id)
    await activity.flush()
    const entry = await hub.store.get(keys.sessionActivity(session.id))
    expect(entry).toMatchObject({ value: { at: hub.clock.now() }, expiresAt: session.expiresAt })
  })

  test('of one like a token of the configuration is nothing special', async () => {
    const { hub, activity } = await setUp()
    const digest = 'c'.repeat(64)
    activity.touchSession(digest)
    await activity.flush()
    expect(await hub.store.get(keys.sessionActivity(digest))).toBeUndefined()
  })
})

test('what the other sessions of a user opened stays', async () => {
  const hub = await openTestHub()
  const ada = await makeUser(hub, 'ada')
  const [one, two] = [await openSession(hub, ada), await openSession(hub, ada)]
  const kept = await openServerSession(hub, two.session, OWN)
  await closeSession(hub, one.secret)
  expect(await principalOfServerSession(hub, kept.secret)).toBeDefined()
})
