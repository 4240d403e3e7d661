import { describe, expect, test } from 'vitest'
import { Activity } from '../../../src/hub/activity/activity.ts'
import { createGroups, membersOf } from '../../../src/hub/groups/groups.ts'
import { addToGroup } from '../../../src/hub/groups/memberships.ts'
import { principalOfToken } from '../../../src/hub/identity/identity.ts'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import { findToken, issueToken } from '../../../src/hub/tokens/tokens.ts'
import { changeUser, createUsers, deleteUser, findUser } from '../../../src/hub/users/users.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf, putServer } from '../../support/people.ts'

/** Everything in the store, as text. */
/** The name as a whole word: a random secret may have its letters. */
const ADA = /(?<![\w-])ada(?![\w-])/

async function everything(hub: TestHub): Promise<string[]> {
  return (await hub.store.list([])).map(({ key, value }) => JSON.stringify([key, value]))
}

describe('createUsers', () => {
  test('makes users with ids that grow in the order given', async () => {
    const hub = await openTestHub()
    const users = await createUsers(hub, ['ada', 'bob'], { admin: true })
    expect(users.map(({ name, admin, groups }) => ({ name, admin, groups }))).toEqual([
      { name: 'ada', admin: true, groups: [] },
      { name: 'bob', admin: true, groups: [] },
    ])
    expect(users[0]!.id).toMatch(/^\d{16}$/)
    expect(users[0]!.id < users[1]!.id).toBe(true)
    expect(users[0]!.created).toBe(hub.clock.now())
    expect(await findUser(hub, 'ada')).toEqual(users[0])
  })

  test('normalises names and takes each once', async () => {
    const hub = await openTestHub()
    const users = await createUsers(hub, ['Ada', 'ADA', 'Zoe\u0308'], { admin: false })
    expect(users.map((user) => user.name)).toEqual(['ada', 'zoë'])
  })

  test('skips existing users and leaves them as they are', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const users = await createUsers(hub, ['ada', 'bob'], { admin: true })
    expect(users.map((user) => user.name)).toEqual(['bob'])
    expect(await findUser(hub, 'ada')).toEqual(ada)
    expect(await createUsers(hub, ['bob', 'ada'], { admin: true })).toEqual([])
    expect(await createUsers(hub, [], { admin: true })).toEqual([])
  })

  test.each([
    [['ada', 'a/b'], 'Invalid username: a/b'],
    [['..', 'ok', ''], 'Invalid usernames: .., '],
    [['a\u0000b'], 'Invalid username: a\u0000b'],
  ])('makes nobody when a name is invalid: %j', async (names, publicMessage) => {
    const hub = await openTestHub()
    await expect(createUsers(hub, names, { admin: false })).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage,
    })
    expect(await hub.store.count([])).toBe(0)
  })

  test('makes a thousand in one commit', async () => {
    const hub = await openTestHub()
    const commits: number[] = []
    hub.store.watch((event) => event.kind === 'changed' && commits.push(event.keys.length))
    const names = Array.from({ length: 1000 }, (_, i) => `student-${i}`)
    const users = await createUsers(hub, names, { admin: false })
    expect(new Set(users.map((user) => user.id)).size).toBe(1000)
    expect(commits).toEqual([2000])
    expect(await hub.store.count(keys.users())).toBe(1000)
  })
})

describe('findUser', () => {
  test.each(['nobody', 'Ada', '', 'a/b', '\u0000', '\ud800', 'x'.repeat(300)])(
    'knows no %j',
    async (name) => {
      const hub = await openTestHub()
      await makeUser(hub, 'ada')
      expect(await findUser(hub, name)).toBeUndefined()
    },
  )

  test('sees a user who was made after it was asked', async () => {
    const hub = await openTestHub()
    expect(await findUser(hub, 'ada')).toBeUndefined()
    const ada = await makeUser(hub, 'ada')
    expect(await findUser(hub, 'ada')).toEqual(ada)
  })

  test.each([
    { name: 'ada', admin: 'yes', groups: [], id: '1', created: 1 },
    { name: 'eve', admin: true, groups: [], id: '1', created: 1 },
    'ada',
    null,
  ])('answers an error for a broken record, never a user: %j', async (value) => {
    const hub = await openTestHub()
    await hub.store.commit({ set: [{ key: keys.user('ada'), value }] })
    await expect(findUser(hub, 'ada')).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('changeUser', () => {
  test('makes an admin and takes it back', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    expect(await changeUser(hub, 'ada', { admin: true })).toEqual({ ...ada, admin: true })
    expect(await findUser(hub, 'ada')).toEqual({ ...ada, admin: true })
    expect(await changeUser(hub, 'ada', { admin: false })).toEqual(ada)
  })

  test('writes nothing when nothing changes', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const before = await hub.store.get(keys.user('ada'))
    expect(await changeUser(hub, 'ada', {})).toEqual(ada)
    expect(await changeUser(hub, 'ada', { name: 'ADA', admin: false })).toEqual(ada)
    expect(await hub.store.get(keys.user('ada'))).toEqual(before)
  })

  test('keeps what a newer replica wrote into the record', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await hub.store.commit({ set: [{ key: keys.user('ada'), value: { ...ada, theme: 'dark' } }] })
    await changeUser(hub, 'ada', { admin: true })
    expect((await hub.store.get(keys.user('ada')))?.value).toEqual({
      ...ada,
      admin: true,
      theme: 'dark',
    })
  })

  test('renames: memberships, tokens, sessions, servers and activity go along', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await createGroups(hub, ['class'], ['ada'])
    const { token, record } = await issueToken(hub, {
      owner: ownerOf(ada),
      scopes: ['inherit'],
      note: 'mine',
      expiresAt: hub.clock.now() + 60_000,
    })
    const { secret, session } = await openSession(hub, ada)
    const own = await openServerSession(hub, session, { user: 'ada', name: '' })
    await putServer(hub, ada, 'gpu')
    const activity = new Activity(hub)
    activity.touchServer(ada.id, 'gpu')
    await activity.flush()

    const lou = await changeUser(hub, 'ada', { name: 'Lou', admin: true })

    expect(lou).toEqual({ ...ada, name: 'lou', admin: true, groups: ['class'] })
    expect(await findUser(hub, 'ada')).toBeUndefined()
    expect(await membersOf(hub, 'class')).toEqual(['lou'])
    expect(await principalOfToken(hub, token)).toMatchObject({ name: 'lou', id: ada.id })
    const moved = await findToken(hub, ownerOf(lou), record.id)
    expect(moved).toEqual({ ...record, owner: ownerOf(lou) })
    expect(await principalOfSession(hub, secret)).toMatchObject({
      principal: { name: 'lou' },
      session: { user: 'lou' },
    })
    expect(await principalOfServerSession(hub, own.secret)).toBeUndefined()
    expect((await hub.store.get(keys.server('lou', 'gpu')))?.value).toMatchObject({ user: 'lou' })
    expect(await activity.lastOfServer(ada.id, 'gpu')).toBe(hub.clock.now())
    await activity.close()
    expect((await everything(hub)).filter((entry) => ADA.test(entry))).toEqual([])

    hub.clock.advance(60_000)
    expect(await principalOfToken(hub, token)).toBeUndefined()
  })

  test.each([
    ['bob', 'User bob already exists, username must be unique'],
    ['Bob', 'User bob already exists, username must be unique'],
    ['a/b', 'Invalid username: a/b'],
  ])('refuses the name %j', async (name, publicMessage) => {
    const hub = await openTestHub()
    const [ada] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    await expect(changeUser(hub, 'ada', { name, admin: true })).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage,
    })
    expect(await findUser(hub, 'ada')).toEqual(ada)
  })

  test('refuses to rename while a server is active', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, 'gpu', { wanted: 'running', phase: 'ready' })
    await expect(changeUser(hub, 'ada', { name: 'lou' })).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage: "ada:gpu's server is running. Stop it before renaming the user.",
    })
    expect(await findUser(hub, 'lou')).toBeUndefined()
  })

  test.each(['nobody', 'a/b'])('knows no %j', async (name) => {
    const hub = await openTestHub()
    await expect(changeUser(hub, name, { admin: true })).rejects.toMatchObject({
      code: 'not_found',
      publicMessage: null,
    })
  })
})

describe('deleteUser', () => {
  test('leaves nothing behind', async () => {
    const hub = await openTestHub()
    const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    await createGroups(hub, ['class', 'staff'], ['ada', 'bob'])
    for (const expiresAt of [null, hub.clock.now() + 60_000]) {
      await issueToken(hub, { owner: ownerOf(ada!), scopes: ['inherit'], note: '', expiresAt })
    }
    const { session } = await openSession(hub, ada!)
    await openServerSession(hub, session, { user: 'ada', name: 'gpu' })
    await openServerSession(hub, session, { user: 'bob', name: '' })
    await putServer(hub, ada!, 'gpu')
    const activity = new Activity(hub)
    activity.touchUser(ada!.id)
    activity.touchServer(ada!.id, 'gpu')
    await activity.flush()
    const theirs = async () =>
      (await everything(hub)).filter((entry) => ADA.test(entry) || entry.includes(ada!.id))
    expect((await theirs()).length).toBeGreaterThan(10)

    await deleteUser(hub, 'ada')

    expect(await theirs()).toEqual([])
    expect(await membersOf(hub, 'class')).toEqual(['bob'])
    expect(await findUser(hub, 'bob')).toEqual({ ...bob, groups: ['class', 'staff'] })
    const kinds = (await hub.store.list([])).map(({ key }) => key[0])
    expect(new Set(kinds)).toEqual(
      new Set(['user', 'user-by-id', 'group', 'group-by-id', 'group-member']),
    )
    // What comes too late does not come back.
    activity.touchUser(ada!.id, hub.clock.now() + 1)
    activity.touchServer(ada!.id, 'gpu', hub.clock.now() + 1)
    await activity.close()
    expect(await theirs()).toEqual([])
  })

  test('a user made anew has another id, and nothing of the old one opens anything', async () => {
    const hub = await openTestHub()
    const old = await makeUser(hub, 'ada')
    await createGroups(hub, ['class'], ['ada'])
    const { token } = await issueToken(hub, {
      owner: ownerOf(old),
      scopes: ['inherit'],
      note: '',
      expiresAt: null,
    })
    const { secret, session } = await openSession(hub, old)
    const server = await openServerSession(hub, session, { user: 'ada', name: '' })
    const kept = await hub.store.list([])
    await deleteUser(hub, 'ada')
    const anew = await makeUser(hub, 'ada')
    // Even records that somehow survived are dead: they name another id.
    const survivors = kept.filter(({ key }) => /^(token|session|server-session)/.test(key[0] ?? ''))
    await hub.store.commit({ set: survivors })

    expect(anew.id).not.toBe(old.id)
    expect(anew.groups).toEqual([])
    expect(await principalOfToken(hub, token)).toBeUndefined()
    expect(await principalOfSession(hub, secret)).toBeUndefined()
    expect(await principalOfServerSession(hub, server.secret)).toBeUndefined()
    const request = { owner: ownerOf(old), scopes: ['inherit'], note: '', expiresAt: null }
    await expect(issueToken(hub, request)).rejects.toMatchObject({ code: 'not_found' })
    await expect(openSession(hub, old)).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each([
    [{ wanted: 'running', phase: 'ready' }, "ada's server is running. Stop it before deleting"],
    [{ wanted: 'running', phase: 'spawning' }, "ada's server is running. Stop it before deleting"],
    [{ wanted: 'stopped', phase: 'stopping' }, "ada's server is in the process of stopping"],
  ] as const)('refuses while a server is %j', async (state, text) => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, '', state)
    await expect(deleteUser(hub, 'ada')).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage: expect.stringContaining(text),
    })
    expect(await findUser(hub, 'ada')).toEqual(ada)
  })

  test('knows no stranger', async () => {
    const hub = await openTestHub()
    await expect(deleteUser(hub, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a member who joins later is no leftover of a deleted one', async () => {
    const hub = await openTestHub()
    await makeUser(hub, 'ada')
    await createGroups(hub, ['class'], [])
    await deleteUser(hub, 'ada')
    await expect(addToGroup(hub, 'class', ['ada'])).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage: 'No such user: ada',
    })
  })
})
