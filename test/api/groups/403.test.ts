import { describe, expect, it } from 'vitest'
import { findGroup, membersOf } from '../../../src/hub/groups/groups.ts'
import { ADA, expectError, OPS, openRig, SERVICE } from '../harness.ts'

const CLASSES = { load_groups: { 'class-a': { users: ['ada'] }, 'class-b': {} } }
const PATH = '/groups/class-a/users'

function missing(...scopes: string[]): string {
  const list = scopes.join(', ')
  return `Action is not authorized with current scopes; requires any of [${list}]`
}

describe('GET /groups', () => {
  it('answers 403 without the scope, or with a filter that does not fit', async () => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    expectError(await call('GET', '/groups', ADA), 403, missing('list:groups'))
    const token = await tokenOf('ops', ['list:groups!user=ada'])
    expectError(await call('GET', '/groups', token), 403, missing('list:groups'))
  })
})

describe('POST /groups', () => {
  it('answers 403 without the scope, and with it for one group only', async () => {
    const { call, tokenOf, hub } = await openRig()
    const body = { groups: ['x'] }
    expectError(await call('POST', '/groups', ADA, body), 403, missing('admin:groups'))
    const token = await tokenOf('ops', ['admin:groups!group=x'])
    expectError(await call('POST', '/groups', token, body), 403, missing('admin:groups'))
    expect(await findGroup(hub, 'x')).toBeUndefined()
  })
})

describe('GET /groups/{group}', () => {
  it('answers 403 without any of the scopes, to members too', async () => {
    const { call } = await openRig({ config: CLASSES })
    const message = missing('read:groups', 'read:groups:name', 'read:roles:groups')
    expectError(await call('GET', '/groups/class-a', ADA), 403, message)
    expectError(await call('GET', '/groups/none', ADA), 403, message)
  })
})

describe('POST and DELETE /groups/{group}', () => {
  it('answer 403 without the scope', async () => {
    const { call, tokenOf, hub } = await openRig({ config: CLASSES })
    expectError(await call('POST', '/groups/x', ADA), 403, missing('admin:groups'))
    expectError(await call('DELETE', '/groups/class-a', ADA), 403, missing('delete:groups'))
    const token = await tokenOf('ops', ['groups'])
    expectError(await call('POST', '/groups/x', token), 403, missing('admin:groups'))
    expectError(await call('DELETE', '/groups/class-a', token), 403, missing('delete:groups'))
    expect(await findGroup(hub, 'class-a')).toBeDefined()
  })
})

describe('POST and DELETE /groups/{group}/users', () => {
  it('answer 403 without the scope', async () => {
    const { call, tokenOf, hub } = await openRig({ config: CLASSES })
    const body = { users: ['ada'] }
    const token = await tokenOf('ops', ['read:groups', 'delete:groups'])
    for (const who of [ADA, SERVICE, token]) {
      expectError(await call('POST', PATH, who, body), 403, missing('groups'))
      expectError(await call('DELETE', PATH, who, body), 403, missing('groups'))
    }
    expect(await membersOf(hub, 'class-a')).toEqual(['ada'])
  })

  it('give nobody a role that the caller does not hold', async () => {
    const config = {
      load_groups: { staff: {} },
      load_roles: [
        { name: 'staff-role', scopes: ['admin:users'], groups: ['staff'] },
        { name: 'clerk', scopes: ['groups', 'admin:groups'], services: ['announce'] },
      ],
    }
    const { call, hub } = await openRig({ config })
    const message = /^Not adding users to group staff: its roles and shares allow .*admin:users/
    const body = { users: ['ada'] }
    expectError(await call('POST', '/groups/staff/users', SERVICE, body), 403, message)
    await call('DELETE', '/groups/staff')
    expectError(await call('POST', '/groups/staff', SERVICE, body), 403, message)
    expectError(
      await call('POST', '/groups', SERVICE, { groups: ['staff'], ...body }),
      403,
      message,
    )
    expect(await membersOf(hub, 'staff')).toEqual([])
    expect((await call('POST', '/groups/staff', SERVICE)).status).toBe(201)
    expect((await call('POST', '/groups/staff/users', OPS, body)).status).toBe(200)
  })
})

describe('PUT /groups/{group}/properties', () => {
  it('answers 403 without the scope', async () => {
    const { call } = await openRig({ config: CLASSES })
    const answer = await call('PUT', '/groups/class-a/properties', SERVICE, {})
    expectError(answer, 403, missing('groups'))
  })
})
