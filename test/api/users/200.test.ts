import { describe, expect, it } from 'vitest'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import type { Rig } from '../harness.ts'
import { ADA, OPS, openRig } from '../harness.ts'

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
    ['list:users', ['kind', 'name', 'admin', 'user_info']],
    ['read:users:groups', ['kind', 'name', 'groups']],
    ['read:users:activity', ['kind', 'name', 'last_activity']],
    ['read:roles:users', ['kind', 'name', 'admin', 'roles']],
    ['read:servers', ['kind', 'name', 'admin', 'user_info', 'servers']],
    [
      'read:users',
      [
        ...['kind', 'name', 'admin', 'user_info', 'roles', 'groups'],
        ...['server', 'pending', 'created', 'last_activity'],
      ],
    ],
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

  it('shows stopped servers where they are asked for', async () => {
    const rig = await openRig()
    await withServer(rig)
    const { body } = await rig.call('GET', '/users/ada?include_stopped_servers=1', ADA)
    expect(Object.keys(body.servers)).toEqual(['', 'gpu'])
    expect(body.servers[''].stopped).toBe(true)
    const active = await rig.call('GET', '/users/ada?include_stopped_servers=0', ADA)
    expect(Object.keys(active.body.servers)).toEqual(['gpu'])
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
})

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

  it('takes the admin flag away again', async () => {
    const { call } = await openRig()
    await call('PATCH', '/users/grace', OPS, { admin: true })
    const { body } = await call('PATCH', '/users/grace', OPS, { admin: false })
    expect(body).toMatchObject({ admin: false, roles: ['user'] })
  })

  it.each([[{}], [{ name: 'ada' }], [{ name: 'ADA' }], [{ admin: false }]])(
    'changes nothing for %j',
    async (body) => {
      const { call } = await openRig()
      const before = (await call('GET', '/users/ada')).body
      const answer = await call('PATCH', '/users/ada', OPS, body)
      expect([answer.status, answer.body]).toEqual([200, before])
    },
  )

  it('keeps tokens, groups and stopped servers when the name changes', async () => {
    const { call, hub } = await openRig({ config: { load_groups: { a: { users: ['grace'] } } } })
    const grace = await findUser(hub, 'grace')
    if (grace === undefined) throw new Error('no grace')
    await putServer(hub, grace, 'gpu')
    const token = (await call('POST', '/users/grace/tokens', OPS, {})).body.token
    await call('PATCH', '/users/grace', OPS, { name: 'hopper' })
    const { body } = await call('GET', '/users/hopper?include_stopped_servers', token)
    expect(body).toMatchObject({ name: 'hopper', groups: ['a'] })
    expect(Object.keys(body.servers)).toContain('gpu')
  })
})
