import { describe, expect, it } from 'vitest'
import { deleteUser, findUser } from '../../../src/hub/users/users.ts'
import { ADA, expectError, openRig, SERVICE } from '../harness.ts'

const CLERK = { load_roles: [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }] }
const NOBODY = 'Missing or invalid credentials.'

function missing(...scopes: string[]): string {
  const list = scopes.join(', ')
  return `Action is not authorized with current scopes; requires any of [${list}]`
}

describe('GET /users', () => {
  it('answers 403 that names the scope', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users', ADA), 403, missing('list:users'))
  })

  it('answers 403 without a credential', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users', null), 403, NOBODY)
  })

  it('answers 403 when the scope is held in a form that lists cannot be narrowed to', async () => {
    const config = {
      load_roles: [{ name: 'odd', scopes: ['list:users!server=ada/'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    expectError(await call('GET', '/users', SERVICE), 403, missing('list:users'))
  })
})

describe('POST /users', () => {
  it('answers 403 without the scope, and with it for some users only', async () => {
    const { call, tokenOf, hub } = await openRig()
    const body = { usernames: ['dave'] }
    expectError(await call('POST', '/users', ADA, body), 403, missing('admin:users'))
    const token = await tokenOf('ops', ['admin:users!user=dave'])
    expectError(await call('POST', '/users', token, body), 403, missing('admin:users'))
    expect(await findUser(hub, 'dave')).toBeUndefined()
  })

  it('lets only admins make admins', async () => {
    const { call, hub } = await openRig({ config: CLERK })
    const wish = { usernames: ['dave'], admin: true }
    const answer = await call('POST', '/users', SERVICE, wish)
    expectError(answer, 403, 'Only admins can grant admin permissions')
    expect(await findUser(hub, 'dave')).toBeUndefined()
    expect((await call('POST', '/users', SERVICE, { usernames: ['dave'] })).status).toBe(201)
  })

  it('lets no narrow token of an admin make admins', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users'])
    const answer = await call('POST', '/users', token, { usernames: ['dave'], admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
  })
})

describe('GET /users/{name}', () => {
  it('answers 403 without any of the scopes', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['list:groups', 'tokens', 'proxy', 'admin:auth_state'])
    // Who a token belongs to it may always read.
    const others = missing(
      ...['read:users', 'read:users:name', 'read:servers', 'read:users:groups'],
      ...['read:users:activity', 'read:roles:users'],
    )
    expect((await call('GET', '/users/ops', token)).status).toBe(200)
    expectError(await call('GET', '/users/ada', SERVICE), 403, others)
    expectError(await call('GET', '/users/nobody', SERVICE), 403, others)
  })

  it('answers 403 to the token of a user who is gone', async () => {
    const { call, hub } = await openRig()
    await deleteUser(hub, 'ada')
    expectError(await call('GET', '/users/ada', ADA), 403, NOBODY)
  })
})

describe('POST /users/{name}', () => {
  it('answers 403 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/dave', SERVICE), 403, missing('admin:users'))
    expectError(await call('POST', '/users/dave', ADA), 403, missing('admin:users'))
  })

  it('lets only admins make admins', async () => {
    const { call, hub } = await openRig({ config: CLERK })
    const answer = await call('POST', '/users/dave', SERVICE, { admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
    expect(await findUser(hub, 'dave')).toBeUndefined()
  })
})

describe('PATCH /users/{name}', () => {
  it('answers 403 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('PATCH', '/users/ada', ADA, { admin: true }), 403, /admin:users/)
  })

  it('lets only admins grant admin permissions and change admins', async () => {
    const { call } = await openRig({ config: CLERK })
    const grant = await call('PATCH', '/users/ada', SERVICE, { admin: true })
    expectError(grant, 403, 'Only admins can grant admin permissions')
    for (const change of [{ admin: false }, { name: 'gone' }, {}]) {
      const answer = await call('PATCH', '/users/ops', SERVICE, change)
      expectError(answer, 403, 'Only admins can modify other admins')
    }
  })

  it('gives no name to which the configuration gives more than the caller holds', async () => {
    const config = {
      load_roles: [
        ...CLERK.load_roles,
        { name: 'boss', scopes: ['admin:groups'], users: ['boss'] },
      ],
    }
    const { call, hub } = await openRig({ config })
    await deleteUser(hub, 'boss')
    await deleteUser(hub, 'ops')
    const role = await call('PATCH', '/users/ada', SERVICE, { name: 'Boss' })
    expectError(role, 403, /^Not renaming to boss: .*admin:groups/)
    const admin = await call('PATCH', '/users/ada', SERVICE, { name: 'ops' })
    expectError(admin, 403, 'Only admins can grant admin permissions')
    expect((await call('PATCH', '/users/ada', SERVICE, { name: 'lovelace' })).status).toBe(200)
  })
})

describe('DELETE /users/{name}', () => {
  it('answers 403 without the scope, also for oneself', async () => {
    const { call } = await openRig()
    expectError(await call('DELETE', '/users/ada', ADA), 403, missing('delete:users'))
  })

  it('answers 403 to others than admins for an admin', async () => {
    const config = {
      load_roles: [{ name: 'clerk', scopes: ['delete:users'], services: ['announce'] }],
    }
    const { call, hub } = await openRig({ config })
    expectError(
      await call('DELETE', '/users/ops', SERVICE),
      403,
      'Only admins can delete other admins',
    )
    expect(await findUser(hub, 'ops')).toBeDefined()
  })
})
