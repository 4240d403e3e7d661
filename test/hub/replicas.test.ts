import { beforeEach, describe, expect, test, vi } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import { createGroups, deleteGroup, membersOf } from '../../src/hub/groups/groups.ts'
import { addToGroup, removeFromGroup, setMembers } from '../../src/hub/groups/memberships.ts'
import { principalOfToken } from '../../src/hub/identity/identity.ts'
import {
  openServerSession,
  principalOfServerSession,
} from '../../src/hub/identity/server-sessions.ts'
import { closeSession } from '../../src/hub/identity/session-ends.ts'
import { openSession, principalOfSession } from '../../src/hub/identity/sessions.ts'
import { keys } from '../../src/hub/keys.ts'
import { issueToken, revokeToken } from '../../src/hub/tokens/tokens.ts'
import { changeUser, createUsers, deleteUser, findUser } from '../../src/hub/users/users.ts'
import type { UserRecord } from '../../src/model/user.ts'
import type { TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'
import { justBefore } from '../support/just-before.ts'
import { makeUser, ownerOf, putServer } from '../support/people.ts'

/** Two replicas: a connection and a cache each, one file. */
let a: TestHub
let b: TestHub

beforeEach(async () => {
  a = await openTestHub()
  b = await a.another()
})

const issue = (hub: TestHub, user: UserRecord) =>
  issueToken(hub, { owner: ownerOf(user), scopes: ['inherit'], note: '', expiresAt: null })

/** Ends what was started, and passes on only what no race explains. */
async function settled(work: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'fulfilled') continue
    const { reason } = result
    const expected = reason instanceof HubgateError && /^(not_found|bad_request)$/.test(reason.code)
    if (!expected) throw reason
  }
}

/** What the store says of somebody, groups aside that others make. */
async function traces(...words: string[]): Promise<string[]> {
  const all = (await a.store.list([])).map(({ key, value }) => JSON.stringify([key, value]))
  return all.filter((entry) => words.some((word) => entry.includes(word)))
}

describe('changes at the same time', () => {
  test('each user has exactly one creator', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `student-${i}`)
    const made = await Promise.all(
      [a, b, a, b].map((hub) => createUsers(hub, names, { admin: false })),
    )
    expect(
      made
        .flat()
        .map((user) => user.name)
        .toSorted(),
    ).toEqual(names.toSorted())
    expect(await a.store.count(keys.usersById())).toBe(30)
  })

  test('each group has exactly one creator', async () => {
    const results = await Promise.allSettled(
      [a, b, a, b].map((hub) => createGroups(hub, ['x'], [])),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
    }
    expect(await a.store.count(keys.groupsById())).toBe(1)
  })

  test('no change of memberships or of the user is lost', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `student-${String(i).padStart(2, '0')}`)
    await createUsers(a, ['ada', 'eve', ...names], { admin: false })
    const groups = ['one', 'two', 'three', 'four']
    await createGroups(a, groups, ['eve'])
    await Promise.all([
      ...groups.map((group, i) => addToGroup(i % 2 === 0 ? a : b, group, ['ada'])),
      ...groups.map((group, i) => removeFromGroup(i % 2 === 0 ? b : a, group, ['eve'])),
      changeUser(b, 'ada', { admin: true }),
      ...names.map((name, i) => addToGroup(i % 2 === 0 ? a : b, 'one', [name])),
    ])
    expect((await a.store.get(keys.user('ada')))?.value).toMatchObject({
      admin: true,
      groups: groups.toSorted(),
    })
    expect((await a.store.get(keys.user('eve')))?.value).toMatchObject({ groups: [] })
    expect(await membersOf(b, 'one')).toEqual(['ada', ...names])
    expect(await membersOf(b, 'two')).toEqual(['ada'])
  })

  test('of two who rename to the same name one gets it', async () => {
    await createUsers(a, ['ada', 'bob'], { admin: false })
    const results = await Promise.allSettled([
      changeUser(a, 'ada', { name: 'lou' }),
      changeUser(b, 'bob', { name: 'lou' }),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await a.store.count(keys.users())).toBe(2)
    expect(await a.store.count(keys.usersById())).toBe(2)
  })
})

describe.each(Array.from({ length: 8 }, (_, i) => i))('races, round %i', (round) => {
  const first = (): TestHub => (round % 2 === 0 ? a : b)
  const second = (): TestHub => (round % 2 === 0 ? b : a)

  test('what is made while its owner is deleted goes too', async () => {
    const ada = await makeUser(a, 'ada')
    const { session } = await openSession(a, ada)
    await createGroups(a, ['class'], [])
    const own = { user: 'ada', name: '' }
    const work = [
      () => issue(first(), ada),
      () => openSession(first(), ada),
      () => openServerSession(second(), session, own),
      () => addToGroup(second(), 'class', ['ada']),
      () => deleteUser(second(), 'ada'),
      () => issue(second(), ada),
      () => openServerSession(first(), session, own),
    ]
    await settled([...work.slice(round), ...work.slice(0, round)].map((start) => start()))
    expect(await traces('"ada"', ada.id)).toEqual([])
  })

  test('a token revoked while its owner is renamed is dead; others live under the new name', async () => {
    const ada = await makeUser(a, 'ada')
    const revoked = await issue(a, ada)
    const kept = await issue(a, ada)
    const [, , made] = await Promise.all([
      changeUser(first(), 'ada', { name: 'lou' }),
      revokeToken(second(), ownerOf(ada), revoked.record.id),
      issue(second(), ada).catch((error: unknown) => error),
    ])
    expect(await a.store.get(keys.token(revoked.record.digest))).toBeUndefined()
    const token = (await a.store.get(keys.token(kept.record.digest)))?.value
    expect(token).toMatchObject({ owner: { name: 'lou', id: ada.id } })
    if (made instanceof Error) expect(made).toMatchObject({ code: 'not_found' })
    expect(await traces('"ada"')).toEqual([])
  })

  test('who joins a group while it is deleted is in no group', async () => {
    await makeUser(a, 'ada')
    await createGroups(a, ['class'], [])
    const work = [
      () => addToGroup(first(), 'class', ['ada']),
      () => deleteGroup(second(), 'class'),
      () => addToGroup(second(), 'class', ['ada']),
    ]
    await settled([...work.slice(round % 3), ...work.slice(0, round % 3)].map((start) => start()))
    expect(await traces('class')).toEqual([])
  })

  test('what a session opens while it is closed goes too', async () => {
    const { secret, session } = await openSession(a, await makeUser(a, 'ada'))
    const own = { user: 'ada', name: '' }
    const work = [
      () => openServerSession(first(), session, own),
      () => closeSession(second(), secret),
      () => openServerSession(second(), session, own),
    ]
    await settled([...work.slice(round % 3), ...work.slice(0, round % 3)].map((start) => start()))
    expect(await traces(session.id)).toEqual([])
  })
})

describe('what happens between reading and committing', () => {
  let ada: UserRecord

  beforeEach(async () => {
    ada = await makeUser(a, 'ada')
    await createGroups(a, ['class'], [])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['a new token', () => issue(b, ada)],
    ['a new session', () => openSession(b, ada)],
    ['a new membership', () => addToGroup(b, 'class', ['ada'])],
    ['another name', () => changeUser(b, 'ada', { name: 'lou' })],
  ])('deleting a user: %s', async (_, rival) => {
    justBefore(a, rival)
    await settled([deleteUser(a, 'ada')])
    const left = await traces('"ada"', ada.id)
    const renamed = (await findUser(a, 'lou'))?.id === ada.id
    expect(renamed || left.length === 0).toBe(true)
  })

  test('deleting a user: a new server session', async () => {
    const { session } = await openSession(a, ada)
    justBefore(a, () => openServerSession(b, session, { user: 'ada', name: '' }))
    await deleteUser(a, 'ada')
    expect(await traces('"ada"', ada.id, session.id)).toEqual([])
  })

  test.each(['stopped', 'running'] as const)('deleting a user: a server, %s', async (wanted) => {
    await putServer(a, ada, 'gpu')
    justBefore(a, () => putServer(b, ada, 'gpu', { wanted }))
    await settled([deleteUser(a, 'ada')])
    const user = await a.store.get(keys.user('ada'))
    const server = await a.store.get(keys.server('ada', 'gpu'))
    expect([user !== undefined, server !== undefined]).toEqual(
      wanted === 'running' ? [true, true] : [false, false],
    )
  })

  test('renaming a user: what was revoked or closed is not written again', async () => {
    const { record } = await issue(a, ada)
    const { secret, session } = await openSession(a, ada)
    justBefore(a, () => revokeToken(b, ownerOf(ada), record.id))
    await changeUser(a, 'ada', { name: 'lou' })
    expect(await traces(record.digest)).toEqual([])
    justBefore(a, () => closeSession(b, secret))
    await changeUser(a, 'lou', { name: 'ada' })
    expect(await traces(session.id)).toEqual([])
  })

  test('renaming a user: what was added goes along', async () => {
    justBefore(a, () => issue(b, ada))
    await changeUser(a, 'ada', { name: 'lou' })
    justBefore(a, () => addToGroup(b, 'class', ['lou']))
    await changeUser(a, 'lou', { name: 'eve' })
    expect(await traces('"ada"', '"lou"')).toEqual([])
    expect(await membersOf(a, 'class')).toEqual(['eve'])
  })

  test('closing a session: a new server session', async () => {
    const { secret, session } = await openSession(a, ada)
    justBefore(a, () => openServerSession(b, session, { user: 'ada', name: '' }))
    await closeSession(a, secret)
    expect(await traces(session.id)).toEqual([])
  })

  test('deleting a group: a new member', async () => {
    justBefore(a, () => addToGroup(b, 'class', ['ada']))
    await deleteGroup(a, 'class')
    expect(await traces('class')).toEqual([])
  })

  test('setting members: one who joins is still taken out', async () => {
    await createUsers(a, ['bob', 'cyd'], { admin: false })
    justBefore(a, () => addToGroup(b, 'class', ['ada']))
    await setMembers(a, 'class', ['bob'])
    expect(await membersOf(a, 'class')).toEqual(['bob'])
  })

  test('issuing a token: the owner is deleted, or somebody else by now', async () => {
    justBefore(a, () => deleteUser(b, 'ada').then(() => makeUser(b, 'ada')))
    await expect(issue(a, ada)).rejects.toMatchObject({ code: 'not_found' })
    expect(await a.store.list(['token'])).toEqual([])
  })

  test('making a user: somebody else was first', async () => {
    justBefore(a, () => createUsers(b, ['bob'], { admin: true }))
    const made = await createUsers(a, ['bob', 'cyd'], { admin: false })
    expect(made.map((user) => user.name)).toEqual(['cyd'])
    expect((await a.store.get(keys.user('bob')))?.value).toMatchObject({ admin: true })
  })
})

describe('what one replica ends the other sees', () => {
  test('a revoked token, a closed session, a deleted user, a lost group', async () => {
    const ada = await makeUser(a, 'ada')
    await createGroups(a, ['class'], ['ada'])
    const one = await issue(a, ada)
    const two = await issue(a, ada)
    const { secret, session } = await openSession(a, ada)
    const server = await openServerSession(a, session, { user: 'ada', name: '' })
    const look = async () => [
      (await principalOfToken(b, one.token))?.name,
      (await principalOfToken(b, two.token))?.name,
      (await principalOfSession(b, secret))?.principal.name,
      (await principalOfServerSession(b, server.secret))?.name,
      (await findUser(b, 'ada'))?.groups.join(),
    ]
    expect(await look()).toEqual(['ada', 'ada', 'ada', 'ada', 'class'])

    await revokeToken(a, ownerOf(ada), one.record.id)
    await vi.waitFor(async () =>
      expect(await look()).toEqual([undefined, 'ada', 'ada', 'ada', 'class']),
    )
    await closeSession(a, secret)
    await vi.waitFor(async () =>
      expect(await look()).toEqual([undefined, 'ada', undefined, undefined, 'class']),
    )
    await deleteGroup(a, 'class')
    await vi.waitFor(async () =>
      expect(await look()).toEqual([undefined, 'ada', undefined, undefined, '']),
    )
    await deleteUser(a, 'ada')
    await vi.waitFor(async () =>
      expect(await look()).toEqual([undefined, undefined, undefined, undefined, undefined]),
    )
  })
})
