import { describe, expect, it } from 'vitest'
import { findToken } from '../../../src/hub/tokens/tokens.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import type { Rig } from '../harness.ts'
import { ADA, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

/** The raw scopes that were stored. */
async function storedScopes({ hub }: Rig, name: string, id: string): Promise<string[]> {
  const user = await findUser(hub, name)
  const record = await findToken(hub, { kind: 'user', name, id: user?.id ?? '' }, id)
  return record?.scopes ?? []
}

describe('POST /users/{name}/tokens', () => {
  it('makes a hub token that holds what its owner holds', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users/ada/tokens', ADA)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      user: 'ada',
      id: expect.stringMatching(/^a\d+$/),
      kind: 'api_token',
      token_kind: 'hub',
      token: expect.stringMatching(/^hgh_/),
      roles: [],
      created: '2026-11-22T21:08:19.673Z',
      last_activity: null,
      expires_at: null,
      note: 'Requested via api',
      session_id: null,
      oauth_client: 'JupyterHub',
    })
    expect(body.scopes).toContain('servers!user=ada')
    expect((await call('GET', '/users/ada', body.token)).body.name).toBe('ada')
  })

  it('makes a notebook token of access:servers scopes alone', async () => {
    const { call } = await openRig()
    const scopes = ['access:servers!server=ada/', 'read:users:name!user=ada']
    const { body } = await call('POST', '/users/ada/tokens', ADA, { scopes, note: 'lab' })
    expect(body).toMatchObject({ token_kind: 'notebook', token: expect.stringMatching(/^hgn_/) })
    expect(body.note).toBe('lab')
  })

  it('takes a token with any hub scope for a hub token', async () => {
    const { call } = await openRig()
    const scopes = ['access:servers!user=ada', 'read:servers!user=ada']
    const { body } = await call('POST', '/users/ada/tokens', ADA, { scopes })
    expect(body.token_kind).toBe('hub')
  })

  it('makes a token that only tells who it is when scopes or roles are empty', async () => {
    const { call } = await openRig()
    for (const wish of [{ scopes: [] }, { roles: [] }]) {
      const { body } = await call('POST', '/users/ada/tokens', ADA, wish)
      expect(body.scopes).toEqual(['read:users:groups!user=ada', 'read:users:name!user=ada'])
    }
  })

  it('resolves roles into their scopes', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, { roles: ['user'] })
    expect(body.roles).toEqual([])
    expect(body.scopes).toContain('tokens!user=ada')
  })

  it('gives the scopes of the role token, as it is configured, when none are named', async () => {
    const load_roles = [{ name: 'token', scopes: ['read:users!user'] }]
    const { call } = await openRig({ config: { load_roles } })
    for (const body of [undefined, {}, { scopes: null, roles: null }]) {
      const made = await call('POST', '/users/ada/tokens', ADA, body)
      expect(made.body.scopes).toContain('read:users!user=ada')
      expect(made.body.scopes).not.toContain('tokens!user=ada')
    }
  })

  it('takes a bare !user for the owner, not for the one who asks', async () => {
    const { call } = await openRig()
    const scopes = ['access:servers!user']
    const { body } = await call('POST', '/users/ada/tokens', OPS, { scopes })
    expect(body.scopes).toContain('access:servers!user=ada')
    expect(JSON.stringify(body.scopes)).not.toContain('ops')
  })

  it('expires when it says, and not at all when it says nothing', async () => {
    const { call, hub } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, { expires_in: 60 })
    expect(body.expires_at).toBe('2026-11-22T21:09:19.673Z')
    const forever = await call('POST', '/users/ada/tokens', ADA, { expires_in: null })
    expect(forever.body.expires_at).toBeNull()
    hub.clock.advance(60_000)
    expect((await call('GET', '/user', body.token)).status).toBe(403)
    expect((await call('GET', '/user', forever.body.token)).status).toBe(200)
  })

  it('expires at the configured limit when it says nothing', async () => {
    const { call } = await openRig({ config: { token_expires_in_max_seconds: 60 } })
    const ends = '2026-11-22T21:09:19.673Z'
    for (const body of [undefined, { expires_in: null }, { expires_in: 60 }]) {
      const made = await call('POST', '/users/ada/tokens', ADA, body)
      expect(made.body.expires_at).toBe(ends)
    }
    const short = await call('POST', '/users/ada/tokens', OPS, { expires_in: 1 })
    expect(short.body.expires_at).toBe('2026-11-22T21:08:20.673Z')
  })

  it('says in the note who asked', async () => {
    const config = { services: [{ name: 'announce', api_token: SERVICE, admin: true }] }
    const { call } = await openRig({ config })
    const byUser = await call('POST', '/users/ada/tokens', OPS)
    expect(byUser.body.note).toBe('Requested via api by user ops')
    const byService = await call('POST', '/users/ada/tokens', SERVICE, { note: '' })
    expect(byService.body.note).toBe('Requested via api by service announce')
  })

  it('lets members of a group be served by whoever holds tokens for it', async () => {
    const scopes = [
      'tokens!group=class-a',
      'read:users!group=class-a',
      'access:servers!group=class-a',
    ]
    const config = {
      load_groups: { 'class-a': { users: ['ada'] } },
      load_roles: [{ name: 'tutor', scopes, users: ['grace'] }],
    }
    const rig = await openRig({ config })
    const { status, body } = await rig.call('POST', '/users/ada/tokens', GRACE, {
      scopes: ['access:servers!user', 'read:users:name!user'],
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ user: 'ada', token_kind: 'notebook' })
    expect(body.note).toBe('Requested via api by user grace')
  })
})

describe('POST /users/{name}/tokens, with what the owner is given later', () => {
  /** What ada may do later on, and not when the token is made. */
  const PROMOTED = { admin: true }

  async function isAdminNow({ call }: Rig, token: string): Promise<boolean> {
    await call('PATCH', '/users/ada', OPS, PROMOTED)
    return (await call('GET', '/info', token)).status === 200
  }

  it('is passed on by owners and admins whose own credential inherits', async () => {
    for (const who of [ADA, OPS]) {
      const rig = await openRig()
      const { body } = await rig.call('POST', '/users/ada/tokens', who)
      expect(await storedScopes(rig, 'ada', body.id)).toEqual(['inherit'])
      expect(await isAdminNow(rig, body.token)).toBe(true)
    }
  })

  it('is passed on by somebody who is signed in', async () => {
    const rig = await openRig()
    const { headers, xsrf } = await rig.browserOf('ada')
    const who = { ...headers, 'x-xsrftoken': xsrf, 'content-type': 'application/json' }
    const { body } = await rig.call('POST', '/users/ada/tokens', who, {})
    expect(await storedScopes(rig, 'ada', body.id)).toEqual(['inherit'])
  })

  it('is not passed on by a token that does not inherit it itself', async () => {
    const rig = await openRig()
    const narrow = await rig.tokenOf('ada', ['self'])
    const { status, body } = await rig.call('POST', '/users/ada/tokens', narrow)
    expect(status).toBe(201)
    expect(body.token_kind).toBe('hub')
    expect(body.scopes).toContain('servers!user=ada')
    const grown = await rig.call('POST', '/users/ada/tokens', body.token)
    expect(await isAdminNow(rig, body.token)).toBe(false)
    expect((await rig.call('GET', '/info', grown.body.token)).status).toBe(403)
    expect((await rig.call('GET', '/info', ADA)).status).toBe(200)
  })

  it('is not passed on by others, nor by the role token by name', async () => {
    const load_roles = [
      { name: 'minter', scopes: ['tokens', 'users', 'shares', 'servers'], services: ['announce'] },
    ]
    for (const wish of [undefined, { roles: ['token'] }, { scopes: ['inherit'] }]) {
      const rig = await openRig({ config: { load_roles } })
      const { status, body } = await rig.call('POST', '/users/ada/tokens', SERVICE, wish)
      expect(status).toBe(201)
      expect(await storedScopes(rig, 'ada', body.id)).toContain('servers!user')
      expect(await isAdminNow(rig, body.token)).toBe(false)
    }
  })

  it('leaves a token made by others a hub token, and its owner under another name', async () => {
    const load_roles = [
      { name: 'user', scopes: ['access:servers!user'] },
      { name: 'minter', scopes: ['tokens', 'access:servers'], services: ['announce'] },
    ]
    const rig = await openRig({ config: { load_roles } })
    const { body } = await rig.call('POST', '/users/ada/tokens', SERVICE)
    expect(body).toMatchObject({ token_kind: 'hub', token: expect.stringMatching(/^hgh_/) })
    await rig.call('PATCH', '/users/ada', OPS, { name: 'lovelace' })
    const { body: me } = await rig.call('GET', '/user', body.token)
    expect(me).toMatchObject({ name: 'lovelace' })
    expect(me.scopes).toContain('access:servers!user=lovelace')
  })
})
