import { beforeEach, describe, expect, test } from 'vitest'
import { allowRoute } from '../../../src/auth/allow-route.ts'
import { serverCookieName } from '../../../src/auth/cookies.ts'
import { createGroups, deleteGroup } from '../../../src/hub/groups/groups.ts'
import { addToGroup, removeFromGroup } from '../../../src/hub/groups/memberships.ts'
import { openServerSession } from '../../../src/hub/identity/server-sessions.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import { requestStop } from '../../../src/hub/servers/servers.ts'
import { issueShareCode } from '../../../src/hub/shares/share-codes.ts'
import { listShares, listSharesWith } from '../../../src/hub/shares/share-list.ts'
import { findShare, grantShare, revokeShare, revokeShares } from '../../../src/hub/shares/shares.ts'
import { issueToken } from '../../../src/hub/tokens/tokens.ts'
import { changeUser, deleteUser } from '../../../src/hub/users/users.ts'
import type { Resource } from '../../../src/model/allows.ts'
import { allows } from '../../../src/model/allows.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { justBefore } from '../../support/just-before.ts'
import { makeUser, ownerOf, putServer } from '../../support/people.ts'

const GPU = { owner: 'ada', server: 'gpu' }
const DEFAULT = { owner: 'ada', server: '' }
const EVE = { kind: 'user', name: 'eve' } as const
const CLASS = { kind: 'group', name: 'class' } as const
const ACCESS = ['access:servers']

/** Two replicas: a connection and a cache each, one file. */
let a: TestHub
let b: TestHub
let ada: UserRecord
let eve: UserRecord

beforeEach(async () => {
  a = await openTestHub()
  b = await a.another()
  ada = await makeUser(a, 'ada')
  eve = await makeUser(a, 'eve')
  await createGroups(a, ['class'], [])
  await putServer(a, ada, 'gpu')
})

/** What is left in the store of shares and share codes. */
async function traces(): Promise<unknown[]> {
  const kinds = ['share', 'share-with', 'share-code', 'share-code-of']
  return (await Promise.all(kinds.map((kind) => a.store.list([kind])))).flat()
}

const code = (place = GPU) =>
  issueShareCode(a, place, { scopes: ACCESS, maker: ownerOf(ada), expiresIn: 60 })

/** What an interrupted change may end with: the other one came first. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(not_found|bad_request)$/) })
  })
}

describe('what a share lets its grantee do', () => {
  const resource = (server: string): Resource => ({ user: 'ada', groupsOfUser: [], server })

  /** Eve's ways to a server of Ada's: her session's scopes, a cookie, a notebook token. */
  async function openWays() {
    const { secret, session } = await openSession(a, eve)
    const cookie = await openServerSession(a, session, { user: 'ada', name: 'gpu' })
    const route = { method: 'GET', isUpgrade: false, host: 'hub.example', tls: false } as const
    const facts = {
      origin: undefined,
      secFetchSite: undefined,
      secFetchMode: undefined,
      secFetchDest: undefined,
      queryToken: undefined,
      user: 'ada',
    }
    const holds = async (scope: string, server: string) => {
      const found = await principalOfSession(a, secret)
      return allows(found?.principal.scopes ?? new Map(), scope, resource(server))
    }
    const answer = async (credential: { authorization?: string; cookieHeader?: string }) => {
      const nothing = { authorization: undefined, cookieHeader: undefined }
      const request = { ...route, ...facts, ...nothing, ...credential, server: 'gpu' }
      const { answer, ...rest } = await allowRoute(a, request)
      return 'error' in rest ? rest.error.code : answer
    }
    return {
      holds,
      byCookie: () =>
        answer({ cookieHeader: `${serverCookieName('ada', 'gpu')}=${cookie.secret}` }),
      byToken: (token: string) => answer({ authorization: `token ${token}` }),
    }
  }

  const notebookToken = async () => {
    const scopes = ['access:servers!server=ada/gpu']
    return (await issueToken(a, { owner: ownerOf(eve), scopes, note: '', expiresAt: null })).token
  }

  test.each([EVE, CLASS])('with %j: opens that server and no other, at once', async (grantee) => {
    if (grantee.kind === 'group') await addToGroup(a, 'class', ['eve'])
    const ways = await openWays()
    expect(await ways.byCookie()).toBe('no_access')
    await expect(notebookToken()).rejects.toMatchObject({ code: 'bad_request' })

    await grantShare(a, GPU, grantee, ACCESS)
    const token = await notebookToken()
    expect([await ways.byCookie(), await ways.byToken(token)]).toEqual(['pass', 'pass'])
    expect(await ways.holds('access:servers', 'ada/')).toBe('elsewhere')
    expect(await ways.holds('start:servers', 'ada/gpu')).not.toBe('yes')

    await revokeShare(a, GPU, grantee, null)
    expect([await ways.byCookie(), await ways.byToken(token)]).toEqual([
      'no_access',
      'insufficient_scope',
    ])
    expect(await ways.holds('access:servers', 'ada/gpu')).toBe('elsewhere')
  })

  test('to a group: counts for members, from joining to leaving', async () => {
    const ways = await openWays()
    await grantShare(a, GPU, CLASS, ACCESS)
    expect(await ways.byCookie()).toBe('no_access')
    await addToGroup(a, 'class', ['eve'])
    const token = await notebookToken()
    expect([await ways.byCookie(), await ways.byToken(token)]).toEqual(['pass', 'pass'])
    await removeFromGroup(a, 'class', ['eve'])
    expect(await ways.byCookie()).toBe('no_access')
    expect(await ways.byToken(token)).toBe('insufficient_scope')
  })

  test('brings what its scopes bring, for that server', async () => {
    const ways = await openWays()
    await grantShare(a, GPU, EVE, ['servers'])
    for (const scope of ['servers', 'start:servers', 'delete:servers', 'read:servers']) {
      expect(await ways.holds(scope, 'ada/gpu')).toBe('yes')
      expect(await ways.holds(scope, 'ada/')).toBe('elsewhere')
    }
    expect(await ways.holds('access:servers', 'ada/gpu')).not.toBe('yes')
    expect(await ways.holds('read:users:name', 'ada/gpu')).not.toBe('yes')
  })

  test.each(['admin:users', 'delete:users', 'tokens', 'users', 'shutdown', 'list:users'])(
    '%s reaches nothing but the server',
    async (scope) => {
      const ways = await openWays()
      await grantShare(a, GPU, EVE, [scope])
      const found = await principalOfSession(a, (await openSession(a, eve)).secret)
      const scopes = found?.principal.scopes ?? new Map()
      for (const other of [{ user: 'ada', groupsOfUser: [] }, { group: 'class' }, undefined]) {
        expect(allows(scopes, scope, other)).not.toBe('yes')
      }
      expect(await ways.holds(scope, 'ada/')).not.toBe('yes')
    },
  )

  test('follows a new name of its owner', async () => {
    const { secret } = await openSession(a, eve)
    await grantShare(a, GPU, EVE, ACCESS)
    await changeUser(a, 'ada', { name: 'lou' })
    const scopes = (await principalOfSession(a, secret))?.principal.scopes ?? new Map()
    expect(scopes.get('access:servers')).toMatchObject({ server: new Set(['lou/gpu']) })
    await makeUser(a, 'ada')
    expect(allows(scopes, 'access:servers', resource('ada/gpu'))).toBe('elsewhere')
  })

  test('follows a new name of its grantee, and nobody who takes the old one', async () => {
    await grantShare(a, GPU, EVE, ACCESS)
    await changeUser(a, 'eve', { name: 'zoe' })
    const next = await makeUser(a, 'eve')
    expect(await findShare(a, GPU, { kind: 'user', name: 'zoe' })).toBeDefined()
    expect(await findShare(a, GPU, EVE)).toBeUndefined()
    const { secret } = await openSession(a, next)
    const found = await principalOfSession(a, secret)
    expect(found?.principal.scopes.get('access:servers')).not.toHaveProperty('server')
  })
})

describe('what goes takes its shares along', () => {
  async function shareAll(): Promise<void> {
    for (const place of [GPU, DEFAULT]) {
      await grantShare(a, place, EVE, ACCESS)
      await grantShare(a, place, CLASS, ACCESS)
      await code(place)
    }
  }

  test('the owner', async () => {
    await shareAll()
    await deleteUser(a, 'ada')
    expect(await traces()).toEqual([])
    await makeUser(a, 'ada')
    expect(await findShare(a, DEFAULT, EVE)).toBeUndefined()
  })

  test('a user', async () => {
    await shareAll()
    await deleteUser(a, 'eve')
    const { items } = await listShares(a, { ownerId: ada.id }, { offset: 0, limit: 9 })
    expect(items.map(({ grantee }) => grantee.name)).toEqual(['class', 'class'])
    const next = await makeUser(a, 'eve')
    const range = { offset: 0, limit: 9 }
    expect((await listSharesWith(a, [{ kind: 'user', id: next.id }], range)).total).toBe(0)
    expect(await a.store.count(keys.sharesWith('user', eve.id))).toBe(0)
  })

  test('a group', async () => {
    await shareAll()
    await deleteGroup(a, 'class')
    await createGroups(a, ['class'], ['eve'])
    expect(await findShare(a, GPU, CLASS)).toBeUndefined()
    const { items } = await listShares(a, { ownerId: ada.id }, { offset: 0, limit: 9 })
    expect(items.map(({ grantee }) => grantee.name)).toEqual(['eve', 'eve'])
    expect(await a.store.count(['share-with'])).toBe(2)
  })

  test('a named server, with its codes, and no other server', async () => {
    await shareAll()
    await requestStop(a, { user: 'ada', name: 'gpu', remove: true, by: 'ada' })
    await putServer(a, ada, 'gpu')
    expect(await a.store.list(keys.sharesOfServer(ada.id, 'gpu'))).toEqual([])
    expect(await a.store.list(keys.shareCodesOfServer(ada.id, 'gpu'))).toEqual([])
    expect(await a.store.count(['share-with'])).toBe(2)
    expect(await a.store.count(['share-code'])).toBe(1)
    expect(await findShare(a, DEFAULT, EVE)).toBeDefined()
  })

  test('a user who shares with themselves', async () => {
    await grantShare(a, GPU, { kind: 'user', name: 'ada' }, ACCESS)
    await deleteUser(a, 'ada')
    expect(await traces()).toEqual([])
  })
})

describe('what happens between reading and committing', () => {
  const goes: [string, (hub: TestHub) => Promise<unknown>][] = [
    ['the owner', (hub) => deleteUser(hub, 'ada')],
    ['the user', (hub) => deleteUser(hub, 'eve')],
    [
      'the server',
      (hub) => requestStop(hub, { user: 'ada', name: 'gpu', remove: true, by: 'ada' }),
    ],
  ]

  test.each(goes)('sharing with a user: %s goes', async (_, go) => {
    justBefore(a, () => go(b))
    const done = expect(grantShare(a, GPU, EVE, ACCESS)).rejects
    await done.toMatchObject({ code: expect.stringMatching(/^(not_found|bad_request)$/) })
    expect(await traces()).toEqual([])
  })

  test.each(goes)('sharing while %s goes leaves nothing', async (_, go) => {
    justBefore(a, () => grantShare(b, GPU, EVE, ACCESS))
    await go(a)
    expect(await traces()).toEqual([])
  })

  test.each(goes.filter(([name]) => name !== 'the user'))(
    'a new code while %s goes leaves nothing',
    async (_, go) => {
      const request = { scopes: ACCESS, maker: ownerOf(ada), expiresIn: 60 }
      justBefore(a, () => issueShareCode(b, GPU, request))
      await go(a)
      expect(await traces()).toEqual([])
    },
  )

  test('sharing with a group that goes, both ways', async () => {
    justBefore(a, () => deleteGroup(b, 'class'))
    await settled(grantShare(a, GPU, CLASS, ACCESS))
    expect(await traces()).toEqual([])
    await createGroups(a, ['class'], [])
    justBefore(a, () => grantShare(b, GPU, CLASS, ACCESS))
    await deleteGroup(a, 'class')
    expect(await traces()).toEqual([])
  })

  test('a grantee or owner of the same name is another one', async () => {
    justBefore(a, () => deleteUser(b, 'eve').then(() => makeUser(b, 'eve')))
    const share = await grantShare(a, GPU, EVE, ACCESS)
    expect(share.grantee.id).not.toBe(eve.id)
    justBefore(a, () => deleteUser(b, 'ada').then(() => makeUser(b, 'ada')))
    await expect(grantShare(a, GPU, EVE, ACCESS)).rejects.toMatchObject({
      publicMessage: 'No such server: ada/gpu',
    })
    expect(await traces()).toEqual([])
  })

  test('two grants add up; what is revoked meanwhile does not come back', async () => {
    await grantShare(a, GPU, EVE, ['read:servers'])
    justBefore(a, () => grantShare(b, GPU, EVE, ['start:servers']))
    const both = await grantShare(a, GPU, EVE, ACCESS)
    expect(both.scopes).toEqual(['access:servers', 'read:servers', 'start:servers'])
    justBefore(a, () => revokeShare(b, GPU, EVE, ['read:servers']))
    const left = await revokeShare(a, GPU, EVE, ['start:servers'])
    expect(left?.scopes).toEqual(ACCESS)
    justBefore(a, () => revokeShares(b, GPU))
    expect((await grantShare(a, GPU, EVE, ['start:servers'])).scopes).toEqual(['start:servers'])
  })

  test('many at once on two replicas leave a share and its index, or neither', async () => {
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        grantShare(a, GPU, EVE, ACCESS),
        revokeShare(b, GPU, EVE, null),
        grantShare(b, GPU, EVE, ['read:servers']),
        revokeShares(a, GPU),
      ])
      const [shares, index] = [await a.store.count(['share']), await a.store.count(['share-with'])]
      expect(shares).toBe(index)
    }
  })
})

describe('grantShare', () => {
  test('writes nothing when nothing is new', async () => {
    const first = await grantShare(a, GPU, EVE, ['access:servers', 'read:servers'])
    const before = await a.store.list([])
    expect(await grantShare(a, GPU, EVE, ACCESS)).toEqual(first)
    expect(await a.store.list([])).toEqual(before)
  })

  test.each([
    [{ owner: 'ada', server: 'none' }, 'not_found'],
    [{ owner: 'nobody', server: '' }, 'not_found'],
    [{ owner: 'a/b', server: '' }, 'not_found'],
  ])('knows no server %j', async (place, error) => {
    await expect(grantShare(a, place, EVE, ACCESS)).rejects.toMatchObject({ code: error })
    await expect(revokeShare(a, place, EVE, null)).rejects.toMatchObject({ code: error })
    await expect(revokeShares(a, place)).rejects.toMatchObject({ code: error })
    expect(await findShare(a, place, EVE)).toBeUndefined()
  })

  test('tells a broken record from a share', async () => {
    const key = keys.share(ada.id, 'gpu', 'user', eve.id)
    await a.store.commit({ set: [{ key, value: { scopes: ['access:servers'] } }] })
    await expect(grantShare(a, GPU, EVE, ACCESS)).rejects.toMatchObject({ code: 'internal' })
    await expect(findShare(a, GPU, EVE)).rejects.toMatchObject({ code: 'internal' })
  })
})
