import { describe, expect, it } from 'vitest'
import type { RigOptions } from '../harness.ts'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

type RoleInput = NonNullable<NonNullable<RigOptions['config']>['load_roles']>[number]

const withRoles = (...load_roles: RoleInput[]) => ({
  admin_users: ['ops'],
  api_tokens: { [OPS]: 'ops', [ADA]: 'ada', [GRACE]: 'grace' },
  services: [{ name: 'announce', api_token: SERVICE }],
  load_roles,
})

describe('the role user', () => {
  it('allows less as soon as the file says so, to open sessions and to tokens', async () => {
    const { call, hub, browserOf, tokenOf } = await openRig({ config: withRoles() })
    const { headers, xsrf } = await browserOf('ada')
    const signedIn = { ...headers, 'x-xsrftoken': xsrf }
    const credentials = [ADA, signedIn, await tokenOf('ada', ['tokens!user', 'read:users!user'])]
    for (const who of credentials) {
      expect((await call('GET', '/users/ada/tokens', who)).status).toBe(200)
    }
    hub.reload(withRoles({ name: 'user', scopes: ['read:users!user'] }))
    for (const who of credentials) {
      const answer = await call('GET', '/users/ada/tokens', who)
      expectError(answer, 403, /requires any of \[read:tokens\]/)
      expect((await call('GET', '/users/ada', who)).body.name).toBe('ada')
    }
    hub.reload(withRoles({ name: 'user', scopes: [] }))
    for (const who of credentials) {
      expect((await call('GET', '/users/ada', who)).status).toBe(403)
      expect((await call('GET', '/user', who)).body.name).toBe('ada')
    }
    hub.reload(withRoles())
    for (const who of credentials) {
      expect((await call('GET', '/users/ada/tokens', who)).status).toBe(200)
    }
  })

  it('is every user, whomever the file names, and keeps its scopes when the file has none', async () => {
    const { call } = await openRig({ config: withRoles({ name: 'user', users: ['ada'] }) })
    for (const who of [ADA, GRACE]) {
      const { body } = await call('GET', '/user', who)
      expect(body.roles).toEqual(['user'])
      expect(body.scopes).toContain(`servers!user=${body.name}`)
    }
  })

  it('takes nothing from admins', async () => {
    const { call } = await openRig({ config: withRoles({ name: 'user', scopes: [] }) })
    expect((await call('GET', '/users/ada/tokens')).status).toBe(200)
  })
})

describe('the role token', () => {
  it('is what a token made without scopes gets', async () => {
    const role = { name: 'token', scopes: ['read:users!user', 'users:activity!user'] }
    const { call } = await openRig({ config: withRoles(role) })
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    expect(body.scopes).toEqual([
      'read:users!user=ada',
      'read:users:activity!user=ada',
      'read:users:groups!user=ada',
      'read:users:name!user=ada',
      'users:activity!user=ada',
    ])
  })
})

describe("a group's role", () => {
  const GRADER = { name: 'grader', scopes: ['list:users'], groups: ['staff'] }
  const config = withRoles(GRADER)

  it('is gained with the membership and lost with it, at once', async () => {
    const { call, browserOf } = await openRig({ config })
    const { headers, xsrf } = await browserOf('ada')
    const signedIn = { ...headers, 'x-xsrftoken': xsrf }
    const may = async () =>
      Promise.all([ADA, signedIn].map(async (who) => (await call('GET', '/users', who)).status))
    expect(await may()).toEqual([403, 403])
    const members = { users: ['ada'] }
    expect((await call('POST', '/groups/staff/users', OPS, members)).status).toBe(200)
    expect(await may()).toEqual([200, 200])
    await call('DELETE', '/groups/staff/users', OPS, members)
    expect(await may()).toEqual([403, 403])
  })

  it('is lost with the group, and shows at the group, not at its members', async () => {
    const { call } = await openRig({ config })
    await call('POST', '/groups/staff/users', OPS, { users: ['ada'] })
    expect((await call('GET', '/groups/staff')).body.roles).toEqual(['grader'])
    expect((await call('GET', '/users/ada')).body.roles).toEqual(['user'])
    await call('DELETE', '/groups/staff')
    expect((await call('GET', '/users', ADA)).status).toBe(403)
  })

  it('is lost when the file no longer names the group', async () => {
    const { call, hub } = await openRig({ config })
    await call('POST', '/groups/staff/users', OPS, { users: ['ada'] })
    hub.reload({ ...config, load_roles: [{ ...GRADER, groups: [] }] })
    expect((await call('GET', '/users', ADA)).status).toBe(403)
  })
})

describe('custom scopes of a role', () => {
  it('come with their subscopes and filters to members, and go with the role', async () => {
    const custom_scopes = {
      'custom:grades:all': { description: 'All', subscopes: ['custom:grades:read'] },
      'custom:grades:read': { description: 'Read' },
    }
    const role = { name: 'grader', scopes: ['custom:grades:all!group=staff'], groups: ['staff'] }
    const config = {
      ...withRoles(role),
      custom_scopes,
      load_groups: { staff: { users: ['ada'] } },
    }
    const { call, hub, tokenOf } = await openRig({ config })
    const narrow = await tokenOf('ada', ['custom:grades:read!group=staff'])
    const held = async (who: string): Promise<string[]> =>
      (await call('GET', '/user', who)).body.scopes.filter((scope: string) =>
        scope.startsWith('custom:'),
      )
    const both = ['custom:grades:all!group=staff', 'custom:grades:read!group=staff']
    expect(await held(ADA)).toEqual(both)
    expect(await held(narrow)).toEqual(both.slice(1))
    expect(await held(OPS)).toEqual([])
    hub.reload({ ...config, load_roles: [] })
    expect(await held(ADA)).toEqual([])
    expect(await held(narrow)).toEqual([])
  })
})

describe('filters of a role', () => {
  it('may name what does not exist: they allow nothing until it does, and nothing besides', async () => {
    const filters = ['read:users!group=ghosts', 'read:users!user=casper', 'users!server=ada/none']
    const role = { name: 'watcher', scopes: ['proxy!service=none', ...filters], users: ['grace'] }
    const { call } = await openRig({ config: withRoles(role) })
    const out = /^No access/
    expectError(await call('GET', '/users/casper', GRACE), 404, null)
    expectError(await call('GET', '/users/ada', GRACE), 404, out)
    await call('POST', '/users/casper')
    expect((await call('GET', '/users/casper', GRACE)).body.name).toBe('casper')
    await call('POST', '/groups/ghosts', OPS, { users: ['ada'] })
    expect((await call('GET', '/users/ada', GRACE)).body.name).toBe('ada')
    expectError(await call('GET', '/users/ops', GRACE), 404, out)
    expect((await call('GET', '/proxy', GRACE)).status).not.toBe(200)
  })
})

describe("a service's role", () => {
  it('is its own, and a user of the same name has nothing of it', async () => {
    const role = { name: 'reader', scopes: ['list:users'], services: ['announce'] }
    const { call, tokenOf } = await openRig({ config: withRoles(role) })
    expect((await call('GET', '/users', SERVICE)).status).toBe(200)
    await call('POST', '/users/announce')
    const token = await tokenOf('announce', ['inherit'])
    expect((await call('GET', '/users', token)).status).toBe(403)
    expect((await call('GET', '/users/announce')).body.roles).toEqual(['user'])
  })

  it('gives it nothing of what users have by themselves', async () => {
    const roles = [
      { name: 'user', services: ['announce'] },
      { name: 'token', services: ['announce'] },
    ]
    const { call } = await openRig({ config: withRoles(...roles) })
    expect((await call('GET', '/user', SERVICE)).body.scopes).toEqual([])
    expect((await call('GET', '/services/announce')).body.roles).toEqual(['user', 'token'])
  })
})
