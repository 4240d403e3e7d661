import { describe, expect, it } from 'vitest'
import type { Rig } from '../harness.ts'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

/** `ada` is an admin by the configuration's role, `grace` may change users without being one. */
const ROLES = [
  { name: 'admin', users: ['Ada'], services: ['announce'] },
  { name: 'user-keeper', scopes: ['admin:users', 'tokens', 'list:services'], users: ['grace'] },
]

const BASE = {
  admin_users: ['ops'],
  api_tokens: { [OPS]: 'ops', [ADA]: 'ada', [GRACE]: 'grace' },
  services: [{ name: 'announce', api_token: SERVICE }],
}

const openAdminRig = (): Promise<Rig> => openRig({ config: { ...BASE, load_roles: ROLES } })

describe('a user with the role admin in load_roles', () => {
  it('is an admin in every model', async () => {
    const { call } = await openAdminRig()
    const { body } = await call('GET', '/users')
    expect(body.find(({ name }: { name: string }) => name === 'ada')).toMatchObject({
      admin: true,
      roles: ['user', 'admin'],
    })
    expect((await call('GET', '/users/ada')).body.admin).toBe(true)
    const own = (await call('GET', '/user', ADA)).body
    expect(own).toMatchObject({ admin: true, roles: ['user', 'admin'] })
    expect(own.scopes).toContain('admin:users')
  })

  it('does what admins do, and makes others admins', async () => {
    const { call } = await openAdminRig()
    expect((await call('POST', '/users/bob', ADA, { admin: true })).status).toBe(201)
    expect((await call('PATCH', '/users/grace', ADA, { admin: true })).status).toBe(200)
    expect((await call('GET', '/users/grace')).body.admin).toBe(true)
  })

  it('is changed, deleted and given tokens by admins only', async () => {
    const { call } = await openAdminRig()
    const rename = { name: 'eve' }
    const modify = 'Only admins can modify other admins'
    expectError(await call('PATCH', '/users/ada', GRACE, rename), 403, modify)
    const remove = 'Only admins can delete other admins'
    expectError(await call('DELETE', '/users/ada', GRACE), 403, remove)
    expectError(await call('POST', '/users/ada/tokens', GRACE, {}), 403, /no permissions/)
    expect((await call('POST', '/users/ada/tokens', OPS, {})).status).toBe(201)
    expect((await call('DELETE', '/users/ada', OPS)).status).toBe(204)
  })

  it('is a name that only admins give', async () => {
    const { call } = await openAdminRig()
    await call('DELETE', '/users/ada')
    await call('POST', '/users/eve')
    expectError(await call('PATCH', '/users/eve', GRACE, { name: 'ada' }), 403, /^Not renaming to/)
    expect((await call('PATCH', '/users/eve', OPS, { name: 'ada' })).status).toBe(200)
  })

  it('is none any more as soon as the file says so, and may be deleted by others', async () => {
    const { call, hub, browserOf } = await openAdminRig()
    const { headers, xsrf } = await browserOf('ada')
    const signedIn = { ...headers, 'x-xsrftoken': xsrf }
    expect((await call('GET', '/users', signedIn)).status).toBe(200)
    hub.reload({ ...BASE, load_roles: ROLES.slice(1) })
    expect((await call('GET', '/users', signedIn)).status).toBe(403)
    expect((await call('GET', '/users', ADA)).status).toBe(403)
    expect((await call('GET', '/users/ada')).body).toMatchObject({ admin: false, roles: ['user'] })
    expect((await call('DELETE', '/users/ada', GRACE)).status).toBe(204)
  })
})

describe('a service with the role admin in load_roles', () => {
  it('is an admin in its models and does what admins do', async () => {
    const { call } = await openAdminRig()
    const shown = { admin: true, roles: ['admin'] }
    expect((await call('GET', '/services')).body.announce).toMatchObject(shown)
    expect((await call('GET', '/user', SERVICE)).body).toMatchObject(shown)
    expect((await call('POST', '/users/bob', SERVICE, { admin: true })).status).toBe(201)
    expect((await call('POST', '/services/root', SERVICE, { admin: true })).status).toBe(201)
  })

  it('is none any more as soon as the file says so', async () => {
    const { call, hub } = await openAdminRig()
    expect((await call('GET', '/users', SERVICE)).status).toBe(200)
    hub.reload({ ...BASE, load_roles: [] })
    expect((await call('GET', '/users', SERVICE)).status).toBe(403)
    expect((await call('GET', '/services/announce')).body).toMatchObject({
      admin: false,
      roles: [],
    })
  })
})

describe('a group with the role admin in load_roles', () => {
  it('lets its members do what admins do but makes none of them one', async () => {
    const load_groups = { staff: { users: ['ada'] } }
    const { call } = await openRig({
      config: { ...BASE, load_groups, load_roles: [{ name: 'admin', groups: ['staff'] }] },
    })
    expect((await call('GET', '/user', ADA)).body).toMatchObject({ admin: false })
    expect((await call('GET', '/groups/staff')).body.roles).toEqual(['admin'])
    expect((await call('POST', '/users/bob', ADA)).status).toBe(201)
    const answer = await call('PATCH', '/users/grace', ADA, { admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
  })
})
