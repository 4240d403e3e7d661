import { describe, expect, it } from 'vitest'
import { createUsers, findUser } from '../../src/hub/users.ts'
import { putServer } from '../support/people.ts'
import type { Rig } from './harness.ts'
import { ADA, expectError, GRACE, openRig } from './harness.ts'

async function withServer({ hub }: Rig): Promise<void> {
  const ada = await findUser(hub, 'ada')
  if (ada === undefined) throw new Error('no ada')
  await putServer(hub, ada, 'gpu', {
    wanted: 'running',
    phase: 'ready',
    url: 'http://127.0.0.1:1',
    secret: 'the-secret-of-the-server',
    spawnerState: { pid: 7 },
  })
}

describe('GET /users/{name}', () => {
  it('shows users to themselves', async () => {
    const { call } = await openRig()
    const { status, body } = await call('GET', '/users/ada', ADA)
    expect(status).toBe(200)
    expect(body).toMatchObject({ kind: 'user', name: 'ada', roles: ['user'], groups: [] })
    expect(body).not.toHaveProperty('auth_state')
  })

  it('normalises the name in the path', async () => {
    const { call } = await openRig()
    expect((await call('GET', '/users/ADA', ADA)).body.name).toBe('ada')
  })

  it.each([
    ['read:users:name', ['kind', 'name', 'admin', 'user_info']],
    ['read:users:groups', ['kind', 'name', 'groups']],
    ['read:users:activity', ['kind', 'name', 'last_activity']],
    ['read:roles:users', ['kind', 'name', 'admin', 'roles']],
    ['read:servers', ['kind', 'name', 'admin', 'user_info', 'servers']],
  ])('shows with %s what it reveals', async (scope, keys) => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', [`${scope}!user=grace`])
    const { body } = await call('GET', '/users/grace', token)
    expect(Object.keys(body).sort()).toEqual(keys.sort())
  })

  it('shows each server by its own scope, and never its secret', async () => {
    const rig = await openRig()
    await withServer(rig)
    const { body, text } = await rig.call('GET', '/users/ada')
    expect(body.servers.gpu).toMatchObject({ ready: true, state: { pid: 7 } })
    expect(text).not.toContain('the-secret-of-the-server')
    expect((await rig.call('GET', '/users/ada', ADA)).body.servers.gpu).not.toHaveProperty('state')
  })

  it('hides servers that no filter names', async () => {
    const rig = await openRig()
    await withServer(rig)
    const one = ['read:users:name!user=ada', 'read:servers!server=ada/gpu']
    const other = ['read:users:name!user=ada', 'read:servers!server=ada/']
    const seen = await rig.call('GET', '/users/ada', await rig.tokenOf('ada', one))
    expect(Object.keys(seen.body.servers)).toEqual(['gpu'])
    const hidden = await rig.call('GET', '/users/ada', await rig.tokenOf('ada', other))
    expect(hidden.body).not.toHaveProperty('servers')
  })

  it('shows only the roles that are directly held', async () => {
    const config = {
      load_groups: { staff: { users: ['ada'] } },
      load_roles: [
        { name: 'by-group', scopes: ['read:hub'], groups: ['staff'] },
        { name: 'direct', scopes: ['read:hub'], users: ['Ada'] },
      ],
    }
    const { call } = await openRig({ config })
    const { body } = await call('GET', '/users/ada')
    expect(body.roles).toEqual(['user', 'direct'])
    expect(body.groups).toEqual(['staff'])
  })

  it('answers 404 without a text for a missing user', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users/nobody'), 404, null)
  })

  it('answers the same for users who exist and who do not, out of reach', async () => {
    const { call } = await openRig()
    const message = 'No access to resources or resources not found'
    expectError(await call('GET', '/users/grace', ADA), 404, message)
    expectError(await call('GET', '/users/nobody', ADA), 404, message)
  })

  it('answers 404 when only a server filter is held', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('grace', ['read:servers!server=grace/gpu'])
    expect((await call('GET', '/users/ada', token)).status).toBe(404)
    expect((await call('GET', '/users/ada', GRACE)).status).toBe(404)
  })

  it('does not let a recreated user in with the old credentials', async () => {
    const { call, hub, tokenOf } = await openRig()
    await createUsers(hub, ['dave'], { admin: false })
    const token = await tokenOf('dave', ['inherit'])
    expect((await call('GET', '/user', token)).status).toBe(200)
    expect((await call('DELETE', '/users/dave')).status).toBe(204)
    expect((await call('POST', '/users/dave')).status).toBe(201)
    expect((await call('GET', '/user', token)).status).toBe(403)
  })
})
