import { describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { createGroups, deleteGroup } from '../../../src/hub/groups/groups.ts'
import { addToGroup, removeFromGroup } from '../../../src/hub/groups/memberships.ts'
import {
  principalOfToken,
  scopesOfToken,
  scopesOfUser,
} from '../../../src/hub/identity/identity.ts'
import { keys } from '../../../src/hub/keys.ts'
import { issueToken, revokeToken } from '../../../src/hub/tokens/tokens.ts'
import { changeUser, createUsers, deleteUser } from '../../../src/hub/users/users.ts'
import { listScopes } from '../../../src/model/list-scopes.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import type { ConfigInput, TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf } from '../../support/people.ts'

const SECRET = 'a-secret-of-the-config-map'

function issue(
  hub: TestHub,
  user: UserRecord,
  scopes: string[] = ['inherit'],
  expiresAt: number | null = null,
) {
  return issueToken(hub, { owner: ownerOf(user), scopes, note: '', expiresAt })
}

async function scopesNow(hub: TestHub, token: string): Promise<string[] | undefined> {
  const principal = await principalOfToken(hub, token)
  return principal && listScopes(principal.scopes)
}

/** How often the store was asked since. */
function countReads(hub: TestHub): () => number {
  const spies = [
    vi.spyOn(hub.store, 'get'),
    vi.spyOn(hub.store, 'getMany'),
    vi.spyOn(hub.store, 'list'),
    vi.spyOn(hub.store, 'count'),
  ]
  return () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
}

describe('principalOfToken', () => {
  test('a token that inherits is its owner, with all their scopes', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada', { admin: true })
    const { token, record } = await issue(hub, ada)
    expect(await principalOfToken(hub, token)).toEqual({
      kind: 'user',
      name: 'ada',
      id: ada.id,
      admin: true,
      scopes: await scopesOfUser(hub, ada),
      credential: { type: 'token', id: record.id, kind: 'hub', inherits: true },
      expiresAt: null,
    })
    expect(await scopesNow(hub, token)).toContain('admin:users')
  })

  test('a narrower token has its scopes and says who it is', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const { token, record } = await issue(hub, ada, ['read:servers!user'])
    const scopes = [
      'read:servers!user=ada',
      'read:users:groups!user=ada',
      'read:users:name!user=ada',
    ]
    expect(await scopesNow(hub, token)).toEqual(scopes)
    expect(listScopes(await scopesOfToken(hub, record))).toEqual(scopes)
    const bare = await issue(hub, ada, [])
    expect(await scopesNow(hub, bare.token)).toEqual(scopes.slice(1))
  })

  test('a notebook token', async () => {
    const hub = await openTestHub()
    const { token } = await issue(hub, await makeUser(hub, 'ada'), [
      'access:servers!server=ada/gpu',
    ])
    expect(await principalOfToken(hub, token)).toMatchObject({ credential: { kind: 'notebook' } })
    expect(await scopesNow(hub, token)).toContain('access:servers!server=ada/gpu')
    expect(await scopesNow(hub, token)).not.toContain('access:servers!user=ada')
  })

  test('tokens of the config map, of users and of services', async () => {
    const config: ConfigInput = {
      api_tokens: {
        [SECRET]: 'Ada',
        [`sha256:${sha256('digest-only-in-the-file')}`]: 'announce',
      },
      services: [
        { name: 'announce' },
        { name: 'cull', api_token: 'the-culler-s-own', admin: true },
      ],
      load_roles: [{ name: 'speaker', scopes: ['list:users'], services: ['announce'] }],
    }
    const hub = await openTestHub({ config })
    expect(await principalOfToken(hub, SECRET)).toBeUndefined()
    const ada = await makeUser(hub, 'ada')
    expect(await principalOfToken(hub, SECRET)).toEqual({
      kind: 'user',
      name: 'ada',
      id: ada.id,
      admin: false,
      scopes: await scopesOfUser(hub, ada),
      credential: {
        type: 'token',
        id: expect.stringMatching(/^c[0-9a-f]{16}$/),
        kind: 'hub',
        inherits: true,
      },
      expiresAt: null,
    })
    expect(await principalOfToken(hub, 'digest-only-in-the-file')).toMatchObject({
      kind: 'service',
      name: 'announce',
      id: 'announce',
      admin: false,
    })
    expect(await scopesNow(hub, 'digest-only-in-the-file')).toEqual([
      'list:users',
      'read:users:name',
    ])
    expect(await principalOfToken(hub, 'the-culler-s-own')).toMatchObject({
      name: 'cull',
      admin: true,
    })
    expect(await principalOfToken(hub, sha256('digest-only-in-the-file'))).toBeUndefined()
  })

  test('a change of the configuration shows at once', async () => {
    const hub = await openTestHub({ config: { services: [{ name: 'cull' }] } })
    const ada = await makeUser(hub, 'ada')
    const { token } = await issue(hub, ada)
    const owner = { kind: 'service', name: 'cull', id: 'cull' } as const
    const service = await issueToken(hub, { owner, scopes: ['inherit'], note: '', expiresAt: null })
    expect(await scopesNow(hub, token)).not.toContain('proxy')
    expect(await scopesNow(hub, service.token)).toEqual([])
    hub.reload({ load_roles: [{ name: 'router', scopes: ['proxy'], users: ['ada'] }] })
    expect(await scopesNow(hub, token)).toContain('proxy')
    expect(await principalOfToken(hub, service.token)).toBeUndefined()
    hub.reload({})
    expect(await scopesNow(hub, token)).not.toContain('proxy')
  })

  test('a token never does more than its owner may now', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada', { admin: true })
    const { token } = await issue(hub, ada, ['admin:users', 'read:servers'])
    expect(await scopesNow(hub, token)).toEqual(
      expect.arrayContaining(['admin:users', 'read:servers']),
    )
    await changeUser(hub, 'ada', { admin: false })
    expect(await principalOfToken(hub, token)).toMatchObject({ admin: false })
    expect(await scopesNow(hub, token)).toEqual(
      expect.arrayContaining(['read:servers!user=ada', 'read:users!user=ada']),
    )
    expect(await scopesNow(hub, token)).not.toContain('admin:users')
    expect(await scopesNow(hub, token)).not.toContain('read:servers')
  })

  test("the owner's groups and the groups of those it is about count as they are now", async () => {
    const hub = await openTestHub({
      config: {
        load_roles: [{ name: 'grader', scopes: ['read:users!group=class'], groups: ['staff'] }],
      },
    })
    const [ada] = await createUsers(hub, ['ada', 'bob', 'cyd'], { admin: false })
    await createGroups(hub, ['class'], ['bob'])
    await createGroups(hub, ['staff'], ['ada'])
    const { token } = await issue(hub, ada!, ['read:users!user=bob'])
    const graded = expect.arrayContaining(['read:users!user=bob'])
    expect(await scopesNow(hub, token)).toEqual(graded)
    await removeFromGroup(hub, 'class', ['bob'])
    expect(await scopesNow(hub, token)).not.toEqual(graded)
    await addToGroup(hub, 'class', ['bob'])
    expect(await scopesNow(hub, token)).toEqual(graded)
    await deleteGroup(hub, 'staff')
    expect(await scopesNow(hub, token)).not.toEqual(graded)
  })

  test('expires to the millisecond, by the clock alone', async () => {
    const hub = await openTestHub()
    const expiresAt = hub.clock.now() + 5000
    const { token } = await issue(hub, await makeUser(hub, 'ada'), ['inherit'], expiresAt)
    expect(await principalOfToken(hub, token)).toMatchObject({ expiresAt })
    hub.clock.advance(4999)
    expect(await principalOfToken(hub, token)).toBeDefined()
    hub.clock.advance(1)
    expect(await principalOfToken(hub, token)).toBeUndefined()
  })

  test('expires even when the store has forgotten when', async () => {
    const hub = await openTestHub()
    const { token, record } = await issue(hub, await makeUser(hub, 'ada'))
    const value = { ...record, expiresAt: hub.clock.now() + 5000 }
    await hub.store.commit({ set: [{ key: keys.token(record.digest), value }] })
    expect(await principalOfToken(hub, token)).toBeDefined()
    hub.clock.advance(5000)
    expect(await principalOfToken(hub, token)).toBeUndefined()
  })

  test('ends with revocation and with its owner', async () => {
    const hub = await openTestHub()
    const ada = await makeUser(hub, 'ada')
    const one = await issue(hub, ada)
    const two = await issue(hub, ada)
    expect(await principalOfToken(hub, one.token)).toBeDefined()
    expect(await principalOfToken(hub, two.token)).toBeDefined()
    await revokeToken(hub, ownerOf(ada), one.record.id)
    expect(await principalOfToken(hub, one.token)).toBeUndefined()
    expect(await principalOfToken(hub, two.token)).toBeDefined()
    await deleteUser(hub, 'ada')
    expect(await principalOfToken(hub, two.token)).toBeUndefined()
    expect(await scopesOfToken(hub, two.record)).toEqual(new Map())
  })

  test('asks the store nothing once it knows, neither about good nor about unknown tokens', async () => {
    const hub = await openTestHub()
    const { token } = await issue(hub, await makeUser(hub, 'ada'))
    const known = await principalOfToken(hub, token)
    await principalOfToken(hub, 'unknown')
    const reads = countReads(hub)
    for (let i = 0; i < 3; i++) {
      expect(await principalOfToken(hub, token)).toEqual(known)
      expect(await principalOfToken(hub, 'unknown')).toBeUndefined()
    }
    expect(reads()).toBe(0)
  })

  test.each([
    ['', 'empty'],
    ['x'.repeat(513), 'too long'],
    ['a\u0000b', 'a control'],
    ['a\nb', 'a line break'],
    ['a b', 'a space'],
    ['a\u200bb', 'an invisible character'],
    ['a\ud800', 'half a character'],
  ])('%j is refused unread: %s', async (token) => {
    const hub = await openTestHub()
    const reads = countReads(hub)
    expect(await principalOfToken(hub, token)).toBeUndefined()
    expect(reads()).toBe(0)
  })

  test('a broken record is an error each time, never access', async () => {
    const hub = await openTestHub()
    const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    const { token, record } = await issue(hub, ada!)
    const other = await issue(hub, bob!)
    const broken = [
      { ...record, scopes: 'inherit' },
      { ...record, kind: 'admin' },
      { ...record, expiresAt: undefined },
      { ...record, owner: { kind: 'user', name: 'ada' } },
      other.record,
      {},
      true,
    ]
    for (const value of broken) {
      await hub.store.commit({ set: [{ key: keys.token(record.digest), value }] })
      for (let i = 0; i < 2; i++) {
        await expect(principalOfToken(hub, token)).rejects.toMatchObject({ code: 'internal' })
      }
    }
    await hub.store.commit({ set: [{ key: keys.token(record.digest), value: record }] })
    expect(await principalOfToken(hub, token)).toBeDefined()
    await hub.store.commit({ set: [{ key: keys.user('ada'), value: { ...ada, groups: {} } }] })
    await expect(principalOfToken(hub, token)).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('scopesOfUser', () => {
  test('follows roles by name and by group, in whatever case the file spells the name', async () => {
    const hub = await openTestHub({
      config: {
        load_roles: [
          { name: 'one', scopes: ['list:groups'], users: ['ADA'] },
          { name: 'two', scopes: ['proxy'], groups: ['staff'] },
        ],
      },
    })
    const ada = await makeUser(hub, 'ada')
    const scopes = async (user: UserRecord) => listScopes(await scopesOfUser(hub, user))
    expect(await scopes(ada)).toEqual(expect.arrayContaining(['list:groups', 'servers!user=ada']))
    expect(await scopes(ada)).not.toContain('proxy')
    await createGroups(hub, ['staff'], ['ada'])
    expect(await scopes(ada)).toContain('proxy')
    expect(await scopes(await makeUser(hub, 'bob'))).not.toContain('list:groups')
  })
})
