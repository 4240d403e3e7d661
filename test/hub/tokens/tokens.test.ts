import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { createGroups } from '../../../src/hub/groups/groups.ts'
import { principalOfToken } from '../../../src/hub/identity/identity.ts'
import { keys } from '../../../src/hub/keys.ts'
import type { TokenRequest } from '../../../src/hub/tokens/tokens.ts'
import { findToken, issueToken, listTokens, revokeToken } from '../../../src/hub/tokens/tokens.ts'
import { createUsers } from '../../../src/hub/users/users.ts'
import type { TokenOwner } from '../../../src/model/token.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf } from '../../support/people.ts'

const SECRET = 'a-secret-of-the-config-map'

function issue(hub: TestHub, owner: TokenOwner, more: Partial<TokenRequest> = {}) {
  return issueToken(hub, { owner, scopes: ['inherit'], note: '', expiresAt: null, ...more })
}

describe('issueToken', () => {
  test('makes a hub token', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const { token, record } = await issue(hub, owner, { note: 'for scripts' })
    expect(token).toMatch(/^hgh_[0-9A-Za-z]{44}$/)
    expect(record).toEqual({
      id: expect.stringMatching(/^a\d{16}$/),
      kind: 'hub',
      digest: sha256(token),
      owner,
      scopes: ['inherit'],
      note: 'for scripts',
      created: hub.clock.now(),
      expiresAt: null,
      client: null,
      clientInstance: null,
      session: null,
    })
    expect(await findToken(hub, owner, record.id)).toEqual(record)
  })

  test('makes a notebook token when it opens servers and nothing else', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const scopes = ['access:servers!user=ada', 'access:servers!user=ada', 'read:users:name!user']
    const { token, record } = await issue(hub, owner, { scopes })
    expect(token).toMatch(/^hgn_[0-9A-Za-z]{44}$/)
    expect(record).toMatchObject({
      kind: 'notebook',
      scopes: ['access:servers!user=ada', 'read:users:name!user'],
    })
  })

  test('makes a hub token of scopes that open servers when it is told so', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const scopes = ['access:servers!user']
    const { token, record } = await issue(hub, owner, { scopes, kind: 'hub' })
    expect(token).toMatch(/^hgh_/)
    expect(record.kind).toBe('hub')
  })

  test('keeps the token nowhere: there is its digest in the file, and not the token', async () => {
    const hub = await openTestHub()
    const { token } = await issue(hub, ownerOf(await makeUser(hub, 'ada')))
    const folder = dirname(hub.file)
    const names = (await readdir(folder)).filter((name) => name.startsWith(basename(hub.file)))
    const bytes = Buffer.concat(
      await Promise.all(names.map((name) => readFile(join(folder, name)))),
    )
    expect(bytes.includes(sha256(token))).toBe(true)
    expect(bytes.includes(token)).toBe(false)
    expect(bytes.includes(token.slice(4))).toBe(false)
  })

  test('every token is another one', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const issued = await Promise.all(Array.from({ length: 20 }, () => issue(hub, owner)))
    expect(new Set(issued.map(({ token }) => token)).size).toBe(20)
    expect(new Set(issued.map(({ record }) => record.id)).size).toBe(20)
    expect(await listTokens(hub, owner)).toHaveLength(20)
  })

  test.each([
    [['read:nothing'], '"Scope \'read:nothing\' for token does not exist"'],
    [
      ['admin:users', 'read:users!user=bob', 'read:users!user=ada'],
      'Not assigning requested scopes admin:auth_state,',
    ],
    [['access:servers'], 'Not assigning requested scopes access:servers not held by User ada'],
    [
      ['access:servers!user=bob'],
      'Not assigning requested scopes access:servers!user=bob not held by User ada',
    ],
  ])('refuses scopes beyond the owner: %j', async (scopes, text) => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    await expect(issue(hub, owner, { scopes })).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage: expect.stringContaining(text),
    })
    expect(await listTokens(hub, owner)).toEqual([])
  })

  test('gives what the owner holds through a group', async () => {
    const hub = await openTestHub({
      config: {
        load_roles: [{ name: 'grader', scopes: ['read:users!group=class'], users: ['Ada'] }],
      },
    })
    const [ada] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    const scopes = ['read:users!user=bob']
    await expect(issue(hub, ownerOf(ada!), { scopes })).rejects.toThrow('Not assigning')
    await createGroups(hub, ['class'], ['bob'])
    const { token } = await issue(hub, ownerOf(ada!), { scopes })
    const principal = await principalOfToken(hub, token)
    expect(principal?.scopes.get('read:users')).toEqual({ user: new Set(['bob']) })
  })

  test.each<TokenOwner>([
    { kind: 'user', name: 'ada', id: '0000000000000001' },
    { kind: 'user', name: 'nobody', id: '0000000000000001' },
    { kind: 'service', name: 'nothing', id: 'nothing' },
  ])('knows no owner %j', async (owner) => {
    const hub = await openTestHub()
    await makeUser(hub, 'ada')
    await expect(issue(hub, owner)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('makes tokens of services', async () => {
    const hub = await openTestHub({ config: { services: [{ name: 'cull', admin: true }] } })
    const owner: TokenOwner = { kind: 'service', name: 'cull', id: 'cull' }
    const { token, record } = await issue(hub, owner)
    expect(await principalOfToken(hub, token)).toMatchObject({ kind: 'service', name: 'cull' })
    expect(await listTokens(hub, owner)).toEqual([record])
  })
})

describe('listTokens', () => {
  test('lists the config map first, then in the order of making; not others, not expired ones', async () => {
    const hub = await openTestHub({
      config: { api_tokens: { [SECRET]: 'Ada', [`${SECRET}2`]: 'bob' } },
    })
    const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    const owner = ownerOf(ada!)
    await issue(hub, ownerOf(bob!))
    const short = await issue(hub, owner, { expiresAt: hub.clock.now() + 1000 })
    const long = await issue(hub, owner)
    const configured = {
      id: expect.stringMatching(/^c[0-9a-f]{16}$/),
      kind: 'hub',
      digest: sha256(SECRET),
      owner,
      scopes: ['inherit'],
      note: 'from config',
      created: ada!.created,
      expiresAt: null,
      client: null,
      clientInstance: null,
      session: null,
    }
    expect(await listTokens(hub, owner)).toEqual([configured, short.record, long.record])
    hub.clock.advance(1000)
    expect(await listTokens(hub, owner)).toEqual([configured, long.record])
    expect(await findToken(hub, owner, short.record.id)).toBeUndefined()
  })
})

describe('findToken and revokeToken', () => {
  test('a revoked token is gone, and its traces too', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const before = (await hub.store.list([])).map(({ key }) => key)
    const { token, record } = await issue(hub, owner)
    expect(await principalOfToken(hub, token)).toBeDefined()
    await revokeToken(hub, owner, record.id)
    expect(await principalOfToken(hub, token)).toBeUndefined()
    expect(await findToken(hub, owner, record.id)).toBeUndefined()
    const after = (await hub.store.list([])).map(({ key }) => key)
    expect(after.filter(([kind]) => kind !== 'belongings')).toEqual(before)
    await expect(revokeToken(hub, owner, record.id)).rejects.toMatchObject({
      code: 'not_found',
      publicMessage: `No such token ${record.id} for user ada`,
    })
  })

  test("somebody else's token is not found", async () => {
    const hub = await openTestHub()
    const [ada, bob] = await createUsers(hub, ['ada', 'bob'], { admin: false })
    const { token, record } = await issue(hub, ownerOf(ada!))
    for (const id of [record.id, 'a1', '', 'x/y']) {
      expect(await findToken(hub, ownerOf(bob!), id)).toBeUndefined()
      await expect(revokeToken(hub, ownerOf(bob!), id)).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await principalOfToken(hub, token)).toBeDefined()
  })

  test('a token of the config map is found, and not revoked', async () => {
    const hub = await openTestHub({ config: { api_tokens: { [SECRET]: 'ada' } } })
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const id = [...hub.snapshot().tokens.values()][0]!.id
    expect(await findToken(hub, owner, id)).toMatchObject({ id, note: 'from config' })
    await expect(revokeToken(hub, owner, id)).rejects.toMatchObject({
      code: 'bad_request',
      publicMessage: `Token ${id} is in the configuration file: take it out there to revoke it.`,
    })
    expect(await principalOfToken(hub, SECRET)).toBeDefined()
    hub.reload({})
    expect(await principalOfToken(hub, SECRET)).toBeUndefined()
    expect(await findToken(hub, owner, id)).toBeUndefined()
  })

  test('a broken record is an error', async () => {
    const hub = await openTestHub()
    const owner = ownerOf(await makeUser(hub, 'ada'))
    const { record } = await issue(hub, owner)
    await hub.store.commit({
      set: [{ key: keys.token(record.digest), value: { ...record, scopes: '*' } }],
    })
    await expect(findToken(hub, owner, record.id)).rejects.toMatchObject({ code: 'internal' })
    await expect(listTokens(hub, owner)).rejects.toMatchObject({ code: 'internal' })
  })
})
