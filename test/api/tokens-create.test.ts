import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from './harness.ts'

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

  it('makes a token that only tells who it is when the scopes are empty', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, { scopes: [] })
    expect(body.scopes).toEqual(['read:users:groups!user=ada', 'read:users:name!user=ada'])
  })

  it('resolves roles into their scopes', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, { roles: ['user'] })
    expect(body.roles).toEqual([])
    expect(body.scopes).toContain('tokens!user=ada')
  })

  it('expires when it says, and not at all for 0', async () => {
    const { call, hub } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA, { expires_in: 60 })
    expect(body.expires_at).toBe('2026-11-22T21:09:19.673Z')
    const forever = await call('POST', '/users/ada/tokens', ADA, { expires_in: 0 })
    expect(forever.body.expires_at).toBeNull()
    hub.clock.advance(60_000)
    expect((await call('GET', '/user', body.token)).status).toBe(403)
    expect((await call('GET', '/user', forever.body.token)).status).toBe(200)
  })

  it('says in the note who asked', async () => {
    const config = { services: [{ name: 'announce', api_token: SERVICE, admin: true }] }
    const { call } = await openRig({ config })
    const byUser = await call('POST', '/users/ada/tokens', OPS)
    expect(byUser.body.note).toBe('Requested via api by user ops')
    const byService = await call('POST', '/users/ada/tokens', SERVICE)
    expect(byService.body.note).toBe('Requested via api by service announce')
  })
})

describe('POST /users/{name}/tokens with a body that is not valid', () => {
  it.each([
    [[], 'Body must be a JSON dict or empty'],
    ['5', 'Body must be a JSON dict or empty'],
    [{ note: 5 }, 'note must be a string, not a number'],
    [{ note: 'x'.repeat(2000) }, 'note must be at most 1023 characters long'],
    [{ expires_in: 'x' }, "token expires_in must be null or integer, not 'x'"],
    [{ expires_in: true }, 'token expires_in must be null or integer, not true'],
    [{ expires_in: 1.5 }, 'token expires_in must be null or integer, not 1.5'],
    [{ expires_in: -5 }, 'expires_in must be a positive integer or null, not -5'],
    [{ expires_in: 1e15 }, /^expires_in must be at most/],
    [{ scopes: 'self' }, 'token scopes must be null or a list of strings'],
    [{ scopes: [5] }, 'token scopes must be null or a list of strings'],
    [{ scopes: ['nope'] }, `"Scope 'nope' for token does not exist"`],
    [{ scopes: [''] }, 'token scopes must not be empty strings'],
    [{ roles: ['nope'] }, 'No such role: nope'],
    [{ roles: ['user'], scopes: [] }, /^Can only assign one of scopes or roles/],
    [
      { scopes: ['admin:groups'] },
      /^Not assigning requested scopes admin:groups,.* not held by User ada$/,
    ],
    [{ scopes: ['read:users!user=grace'] }, /not held by User ada$/],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ada/tokens', ADA, body), 400, message)
  })
})

describe('POST /users/{name}/tokens without permission', () => {
  it('answers 403 without a text to nobody', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ada/tokens', null), 403, null)
    expectError(await call('POST', '/users/ada/tokens', 'wrong-token'), 403, null)
  })

  it('does not tell missing users from those out of reach', async () => {
    const { call } = await openRig()
    const text = (kind: string, name: string) =>
      `${kind} ${name} not found or no permissions to generate tokens`
    expectError(await call('POST', '/users/nobody/tokens', OPS), 403, text('User', 'nobody'))
    expectError(await call('POST', '/users/ada/tokens', GRACE), 403, text('User', 'ada'))
    expectError(await call('POST', '/users/ada/tokens', SERVICE), 403, text('Service', 'ada'))
  })

  it('lets a token make none that allows more than itself', async () => {
    const { call, tokenOf } = await openRig()
    const narrow = await tokenOf('ada', ['tokens!user=ada', 'read:users!user=ada'])
    const all = await call('POST', '/users/ada/tokens', narrow)
    expectError(
      all,
      403,
      /^Not assigning requested scopes .*servers!user=ada.* not held by User ada$/,
    )
    const scopes = ['access:servers!user=ada']
    const notebook = await call('POST', '/users/ada/tokens', narrow, { scopes })
    expectError(notebook, 403, /access:servers!user=ada not held by User ada$/)
    const same = await call('POST', '/users/ada/tokens', narrow, { scopes: ['tokens!user=ada'] })
    expect(same.status).toBe(201)
  })

  it('lets a service make no token that allows more than the service', async () => {
    const config = {
      load_roles: [{ name: 'minter', scopes: ['tokens'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    const answer = await call('POST', '/users/ada/tokens', SERVICE)
    expectError(answer, 403, /not held by Service announce$/)
  })

  it('lets only admins make tokens for admins', async () => {
    const config = {
      load_roles: [{ name: 'minter', scopes: ['tokens'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    const answer = await call('POST', '/users/ops/tokens', SERVICE, { scopes: [] })
    expectError(answer, 403, 'Service ops not found or no permissions to generate tokens')
    expect((await call('POST', '/users/ada/tokens', SERVICE, { scopes: [] })).status).toBe(201)
  })
})
