import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

const minter = (...scopes: string[]) => ({
  load_roles: [{ name: 'minter', scopes, services: ['announce'] }],
})

describe('POST /users/{name}/tokens', () => {
  it('answers nobody, without a text', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ada/tokens', null), 403, null)
    expectError(await call('POST', '/users/ada/tokens', 'wrong-token'), 403, null)
  })

  it('takes no password', async () => {
    const { call } = await openRig({ config: { authenticator: { kind: 'dummy', password: 'x' } } })
    const auth = { username: 'ada', password: 'x' }
    expectError(await call('POST', '/users/ada/tokens', null, { auth }), 403, null)
  })

  it('takes no notebook token', async () => {
    const { call, tokenOf } = await openRig()
    const notebook = await tokenOf('ada', ['access:servers!user'])
    const wish = { scopes: ['access:servers!user'] }
    expectError(await call('POST', '/users/ada/tokens', notebook, wish), 403, /notebook token/)
  })

  it('does not tell missing users from those out of reach', async () => {
    const { call, tokenOf } = await openRig()
    const text = (kind: string, name: string) =>
      `${kind} ${name} not found or no permissions to generate tokens`
    expectError(await call('POST', '/users/nobody/tokens', OPS), 403, text('User', 'nobody'))
    expectError(await call('POST', '/users/ada/tokens', GRACE), 403, text('User', 'ada'))
    expectError(await call('POST', '/users/ada/tokens', SERVICE), 403, text('Service', 'ada'))
    const reader = await tokenOf('ada', ['read:tokens!user'])
    expectError(await call('POST', '/users/ada/tokens', reader), 403, text('User', 'ada'))
  })

  it('lets a token make none that allows more than itself', async () => {
    const { call, tokenOf } = await openRig()
    const narrow = await tokenOf('ada', ['tokens!user=ada', 'read:users!user=ada'])
    for (const wish of [undefined, { roles: ['token'] }, { scopes: ['inherit'] }]) {
      const all = await call('POST', '/users/ada/tokens', narrow, wish)
      expectError(
        all,
        403,
        /^Not assigning requested scopes .*servers!user=ada.* not held by User ada$/,
      )
    }
    const scopes = ['access:servers!user=ada']
    const notebook = await call('POST', '/users/ada/tokens', narrow, { scopes })
    expectError(notebook, 403, /access:servers!user=ada not held by User ada$/)
    const role = await call('POST', '/users/ada/tokens', narrow, { roles: ['user'] })
    expectError(role, 403, /servers!user=ada/)
    const same = await call('POST', '/users/ada/tokens', narrow, { scopes: ['tokens!user=ada'] })
    expect(same.status).toBe(201)
  })

  it('lets a service make no token that allows more than the service', async () => {
    const { call } = await openRig({ config: minter('tokens') })
    const answer = await call('POST', '/users/ada/tokens', SERVICE)
    expectError(answer, 403, /not held by Service announce$/)
    const own = await call('POST', '/users/ada/tokens', SERVICE, { scopes: ['read:users!user'] })
    expectError(own, 403, /read:users!user=ada.* not held by Service announce$/)
  })

  it('reaches only whom the filter of tokens names', async () => {
    const { call } = await openRig({ config: minter('tokens!user=ada') })
    const wish = { scopes: [] }
    expect((await call('POST', '/users/ada/tokens', SERVICE, wish)).status).toBe(201)
    const answer = await call('POST', '/users/grace/tokens', SERVICE, wish)
    expectError(answer, 403, /^Service grace not found/)
  })

  it('gives for a member of a group no more than is held for the group', async () => {
    const load_roles = [
      {
        name: 'tutor',
        scopes: ['tokens!group=class-a', 'read:users!group=class-a'],
        users: ['grace'],
      },
    ]
    const load_groups = { 'class-a': { users: ['ada'] } }
    const { call } = await openRig({ config: { load_roles, load_groups } })
    expectError(await call('POST', '/users/ada/tokens', GRACE), 403, /servers!user=ada/)
    const wish = { scopes: ['read:users!user'] }
    expect((await call('POST', '/users/ada/tokens', GRACE, wish)).status).toBe(201)
    await call('DELETE', '/groups/class-a/users', OPS, { users: ['ada'] })
    expectError(await call('POST', '/users/ada/tokens', GRACE, wish), 403, /^User ada not found/)
  })

  it('lets only admins make tokens for admins', async () => {
    const { call } = await openRig({ config: minter('tokens') })
    const answer = await call('POST', '/users/ops/tokens', SERVICE, { scopes: [] })
    expectError(answer, 403, 'Service ops not found or no permissions to generate tokens')
    expect((await call('POST', '/users/ada/tokens', SERVICE, { scopes: [] })).status).toBe(201)
  })
})

describe('GET /users/{name}/tokens', () => {
  it('answers nobody, and no token without the scope', async () => {
    const { call, tokenOf } = await openRig()
    const notebook = await tokenOf('ada', ['access:servers!user'])
    for (const path of ['/users/ada/tokens', '/users/ada/tokens/a1']) {
      expectError(await call('GET', path, null), 403, 'Missing or invalid credentials.')
      expectError(await call('GET', path, SERVICE), 403, /\[read:tokens\]/)
      expectError(await call('GET', path, notebook), 403, /notebook token/)
    }
  })
})

describe('DELETE /users/{name}/tokens/{token_id}', () => {
  it('answers nobody, and no token without the scope', async () => {
    const { call, tokenOf } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    const path = `/users/ada/tokens/${body.id}`
    const reader = await tokenOf('ada', ['read:tokens!user=ada'])
    const notebook = await tokenOf('ada', ['access:servers!user'])
    expectError(await call('DELETE', path, null), 403, 'Missing or invalid credentials.')
    expectError(await call('DELETE', path, reader), 403, /\[tokens\]/)
    expectError(await call('DELETE', path, notebook), 403, /notebook token/)
    expect((await call('GET', '/user', body.token)).status).toBe(200)
  })

  it('lets only admins end tokens of admins', async () => {
    const { call } = await openRig({ config: minter('tokens') })
    const { body } = await call('POST', '/users/ops/tokens', OPS)
    expectError(
      await call('DELETE', `/users/ops/tokens/${body.id}`, SERVICE),
      403,
      'Only admins can revoke tokens of admins',
    )
    expect((await call('GET', '/user', body.token)).status).toBe(200)
  })
})
