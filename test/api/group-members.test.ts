import { describe, expect, it } from 'vitest'
import { membersOf } from '../../src/hub/groups.ts'
import { ADA, expectError, OPS, openRig, SERVICE } from './harness.ts'

const GROUP = { load_groups: { 'formgrade-data301': { users: ['ada'] } } }
const PATH = '/groups/formgrade-data301/users'

describe('POST /groups/{group}/users', () => {
  it('adds users as the documentation of JupyterHub has it', async () => {
    const { call } = await openRig({ config: GROUP })
    const body = { name: 'mygroup', users: ['Grace', 'ada'] }
    const answer = await call('POST', PATH, OPS, body)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ name: 'formgrade-data301', users: ['ada', 'grace'] })
  })

  it('leaves members as they are for an empty list', async () => {
    const { call } = await openRig({ config: GROUP })
    expect((await call('POST', PATH, OPS, { users: [] })).body.users).toEqual(['ada'])
  })

  it.each([
    [undefined, 'Must specify users to add'],
    [{}, 'Must specify users to add'],
    [{ users: 'ada' }, 'users must be a list, not a string'],
    [{ users: [1] }, 'users.0 must be a string, not a number'],
    [{ users: ['grace', 'nobody'] }, 'No such user: nobody'],
    [{ users: ['a/b'] }, 'No such user: a/b'],
  ])('answers 400 for %j and adds nobody', async (body, message) => {
    const { call, hub } = await openRig({ config: GROUP })
    expectError(await call('POST', PATH, OPS, body), 400, message)
    expect(await membersOf(hub, 'formgrade-data301')).toEqual(['ada'])
  })

  it('answers 404 for a missing group, 403 and 404 without the scope', async () => {
    const { call, tokenOf } = await openRig({ config: GROUP })
    const body = { users: ['ada'] }
    expectError(await call('POST', '/groups/none/users', OPS, body), 404, 'No such group: none')
    expectError(await call('POST', PATH, ADA, body), 403, /\[groups\]/)
    const token = await tokenOf('ops', ['groups!group=other'])
    expectError(await call('POST', PATH, token, body), 404, /^No access/)
  })

  it('gives nobody a role that the caller does not hold', async () => {
    const config = {
      load_groups: { staff: {} },
      load_roles: [
        { name: 'staff-role', scopes: ['admin:users'], groups: ['staff'] },
        { name: 'clerk', scopes: ['groups', 'admin:groups'], services: ['announce'] },
      ],
    }
    const { call, hub } = await openRig({ config })
    const message = /^Not adding users to group staff: its roles allow .*admin:users/
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

describe('DELETE /groups/{group}/users', () => {
  it('removes users and ignores those who are no members', async () => {
    const { call } = await openRig({ config: GROUP })
    const { status, body } = await call('DELETE', PATH, OPS, { users: ['ada', 'grace'] })
    expect(status).toBe(200)
    expect(body.users).toEqual([])
  })

  it('answers 400 without users, 404 for a missing group', async () => {
    const { call } = await openRig({ config: GROUP })
    expectError(await call('DELETE', PATH, OPS), 400, 'Must specify users to delete')
    const answer = await call('DELETE', '/groups/none/users', OPS, { users: ['ada'] })
    expectError(answer, 404, 'No such group: none')
  })
})
