import { describe, expect, it } from 'vitest'
import { deleteUser, findUser } from '../../src/hub/users.ts'
import { putServer } from '../support/people.ts'
import { ADA, expectError, OPS, openRig, SERVICE } from './harness.ts'

const CLERK = { load_roles: [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }] }

describe('PATCH /users/{name}', () => {
  it('renames with all that is theirs and changes the admin flag', async () => {
    const { call } = await openRig()
    const { status, body } = await call('PATCH', '/users/grace', OPS, {
      name: 'Hopper',
      admin: true,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'hopper', admin: true, auth_state: null })
    expect((await call('GET', '/users/grace')).status).toBe(404)
  })

  it('changes nothing for an empty object', async () => {
    const { call } = await openRig()
    expect((await call('PATCH', '/users/ada', OPS, {})).body).toMatchObject({ name: 'ada' })
  })

  it.each([
    [undefined, 'Invalid JSON data: must be an object, not nothing'],
    ['null', 'Invalid JSON data: must be an object, not nothing'],
    [{ name: 'grace' }, 'User grace already exists, username must be unique'],
    [{ name: 'a/b' }, 'Invalid username: a/b'],
    [{ name: 5 }, 'name must be a string, not a number'],
    [{ groups: ['x'] }, 'Invalid JSON keys: groups'],
    [{ auth_state: {} }, 'Invalid JSON keys: auth_state'],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('PATCH', '/users/ada', OPS, body), 400, message)
  })

  it('answers 400 for a rename while a server is active', async () => {
    const { call, hub } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada !== undefined) await putServer(hub, ada, '', { wanted: 'running', phase: 'ready' })
    expect((await call('PATCH', '/users/ada', OPS, { name: 'lovelace' })).status).toBe(400)
  })

  it('answers 404 for a missing user and 403 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('PATCH', '/users/nobody', OPS, {}), 404, null)
    expectError(await call('PATCH', '/users/ada', ADA, { admin: true }), 403, /admin:users/)
  })

  it('lets only admins grant admin permissions and change admins', async () => {
    const { call } = await openRig({ config: CLERK })
    const grant = await call('PATCH', '/users/ada', SERVICE, { admin: true })
    expectError(grant, 403, 'Only admins can grant admin permissions')
    const change = await call('PATCH', '/users/ops', SERVICE, { admin: false })
    expectError(change, 403, 'Only admins can modify other admins')
    const rename = await call('PATCH', '/users/ops', SERVICE, { name: 'gone' })
    expectError(rename, 403, 'Only admins can modify other admins')
  })

  it('lets no scope that covers only oneself make an admin of oneself', async () => {
    const config = {
      load_roles: [{ name: 'own', scopes: ['admin:users!user=ada'], users: ['ada'] }],
    }
    const { call, hub } = await openRig({ config })
    const answer = await call('PATCH', '/users/ada', ADA, { admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
    expect((await findUser(hub, 'ada'))?.admin).toBe(false)
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
