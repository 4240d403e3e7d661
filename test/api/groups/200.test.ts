import { describe, expect, it } from 'vitest'
import { OPS, openRig } from '../harness.ts'

const CLASSES = { load_groups: { 'class-a': { users: ['ada'] }, 'class-b': {} } }
const GROUP = { load_groups: { 'formgrade-data301': { users: ['ada'] } } }
const PATH = '/groups/formgrade-data301/users'

const ENVELOPE = {
  authorization: `token ${OPS}`,
  accept: 'application/jupyterhub-pagination+json',
}

describe('GET /groups', () => {
  it('answers every member of the model to an admin, in the order of their making', async () => {
    const { call } = await openRig({ config: CLASSES })
    const { status, body } = await call('GET', '/groups')
    expect(status).toBe(200)
    expect(body).toEqual([
      { kind: 'group', name: 'class-a', users: ['ada'], properties: {}, roles: [] },
      { kind: 'group', name: 'class-b', users: [], properties: {}, roles: [] },
    ])
    await call('POST', '/groups/a')
    const names = (await call('GET', '/groups')).body.map((group: { name: string }) => group.name)
    expect(names).toEqual(['class-a', 'class-b', 'a'])
  })

  it('answers pages', async () => {
    const { call } = await openRig({ config: CLASSES })
    const { body } = await call('GET', '/groups?limit=1&offset=1', ENVELOPE)
    expect(body.items).toMatchObject([{ name: 'class-b' }])
    expect(body._pagination).toEqual({ offset: 1, limit: 1, total: 2, next: null })
    const first = (await call('GET', '/groups?limit=1', ENVELOPE)).body._pagination
    expect(first).toMatchObject({ total: 2, next: { offset: 1, limit: 1 } })
  })

  it('shows only the groups that a filter names, and of them what the scopes reveal', async () => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    const token = await tokenOf('ops', ['list:groups!group=class-a'])
    const { body } = await call('GET', '/groups', token)
    expect(body).toEqual([{ kind: 'group', name: 'class-a' }])
    const headers = { ...ENVELOPE, authorization: `token ${token}` }
    expect((await call('GET', '/groups', headers)).body._pagination.total).toBe(1)
  })
})

describe('GET /groups/{group}', () => {
  it.each([
    ['read:groups', ['kind', 'name', 'users', 'properties']],
    ['read:groups:name', ['kind', 'name']],
    ['list:groups', ['kind', 'name']],
    ['read:roles:groups', ['kind', 'name', 'roles']],
    ['admin:groups', ['kind', 'name', 'users', 'properties', 'roles']],
  ])('shows with %s what it reveals', async (scope, keys) => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    const token = await tokenOf('ops', [`${scope}!group=class-a`])
    const { status, body } = await call('GET', '/groups/class-a', token)
    expect(status).toBe(200)
    expect(Object.keys(body).sort()).toEqual(keys.sort())
  })

  it('shows the members and the roles of the configuration', async () => {
    const config = {
      ...CLASSES,
      load_roles: [{ name: 'grader', scopes: ['read:hub'], groups: ['class-a'] }],
    }
    const { call } = await openRig({ config })
    const { body } = await call('GET', '/groups/class-a')
    expect(body).toMatchObject({ users: ['ada'], roles: ['grader'] })
  })

  it('takes any name that is encoded in the path', async () => {
    const { call } = await openRig()
    const name = 'a/b 100% é?#%41'
    const path = `/groups/${encodeURIComponent(name)}`
    expect((await call('POST', path)).body.name).toBe(name)
    expect((await call('GET', path)).body.name).toBe(name)
  })
})

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

  it('adds all when many are added at the same time', async () => {
    const { call } = await openRig({ config: GROUP })
    const add = (user: string) => call('POST', PATH, OPS, { users: [user] })
    const answers = await Promise.all([add('grace'), add('ops'), add('ada'), add('grace')])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { body } = await call('GET', '/groups/formgrade-data301')
    expect(body.users).toEqual(['ada', 'grace', 'ops'])
  })

  it('needs the scope for the group and no more', async () => {
    const { call, tokenOf } = await openRig({ config: GROUP })
    const token = await tokenOf('ops', ['groups!group=formgrade-data301'])
    const { status, body } = await call('POST', PATH, token, { users: ['grace'] })
    expect([status, body.users]).toEqual([200, ['ada', 'grace']])
  })
})

describe('DELETE /groups/{group}/users', () => {
  it('removes users and ignores those who are no members', async () => {
    const { call } = await openRig({ config: GROUP })
    const { status, body } = await call('DELETE', PATH, OPS, { users: ['ADA', 'grace'] })
    expect(status).toBe(200)
    expect(body.users).toEqual([])
    expect((await call('GET', '/users/ada')).body.groups).toEqual([])
  })
})

describe('PUT /groups/{group}/properties', () => {
  it('replaces all of them', async () => {
    const { call } = await openRig({ config: CLASSES })
    await call('PUT', '/groups/class-a/properties', OPS, { room: 1, floor: 2 })
    const { status, body } = await call('PUT', '/groups/class-a/properties', OPS, { room: [2] })
    expect(status).toBe(200)
    expect(body.properties).toEqual({ room: [2] })
    expect((await call('PUT', '/groups/class-a/properties', OPS, {})).body.properties).toEqual({})
  })
})
