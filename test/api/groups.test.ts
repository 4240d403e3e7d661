import { describe, expect, it } from 'vitest'
import { findGroup } from '../../src/hub/groups.ts'
import { ADA, expectError, OPS, openRig, SERVICE } from './harness.ts'

const CLASSES = { load_groups: { 'class-a': { users: ['ada'] }, 'class-b': {} } }

const ENVELOPE = {
  authorization: `token ${OPS}`,
  accept: 'application/jupyterhub-pagination+json',
}

describe('GET /groups', () => {
  it('answers every member of the model to an admin', async () => {
    const { call } = await openRig({ config: CLASSES })
    const { status, body } = await call('GET', '/groups')
    expect(status).toBe(200)
    expect(body).toEqual([
      { kind: 'group', name: 'class-a', users: ['ada'], properties: {}, roles: [] },
      { kind: 'group', name: 'class-b', users: [], properties: {}, roles: [] },
    ])
  })

  it('answers pages', async () => {
    const { call } = await openRig({ config: CLASSES })
    const { body } = await call('GET', '/groups?limit=1&offset=1', ENVELOPE)
    expect(body.items).toMatchObject([{ name: 'class-b' }])
    expect(body._pagination).toEqual({ offset: 1, limit: 1, total: 2, next: null })
  })

  it('shows only the groups that a filter names, and of them what the scopes reveal', async () => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    const token = await tokenOf('ops', ['list:groups!group=class-a'])
    const { body } = await call('GET', '/groups', token)
    expect(body).toEqual([{ kind: 'group', name: 'class-a' }])
  })

  it('answers 403 without the scope, or with a filter that does not fit', async () => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    expectError(await call('GET', '/groups', ADA), 403, /\[list:groups\]/)
    const token = await tokenOf('ops', ['list:groups!user=ada'])
    expectError(await call('GET', '/groups', token), 403, /\[list:groups\]/)
    expectError(await call('GET', '/groups?limit=x'), 400, /^Invalid argument type/)
  })
})

describe('POST /groups', () => {
  it('makes groups, each with all of the users', async () => {
    const { call } = await openRig()
    const body = { groups: ['x', 'y'], users: ['Ada', 'grace'] }
    const answer = await call('POST', '/groups', OPS, body)
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject([
      { name: 'x', users: ['ada', 'grace'] },
      { name: 'y', users: ['ada', 'grace'] },
    ])
    expect((await call('GET', '/users/ada')).body.groups).toEqual(['x', 'y'])
  })

  it('makes all or none', async () => {
    const { call, hub } = await openRig({ config: CLASSES })
    const taken = await call('POST', '/groups', OPS, { groups: ['new', 'class-a'] })
    expectError(taken, 409, 'Group class-a already exists')
    const unknown = await call('POST', '/groups', OPS, { groups: ['new'], users: ['nobody'] })
    expectError(unknown, 400, 'No such user: nobody')
    expect(await findGroup(hub, 'new')).toBeUndefined()
  })

  it.each([
    [undefined, 'Must specify at least one group to create'],
    [{}, 'Must specify at least one group to create'],
    [{ groups: [] }, 'Must specify at least one group to create'],
    [{ groups: 'x' }, 'groups must be a list, not a string'],
    [{ groups: ['x'], users: 'ada' }, 'users must be a list, not a string'],
    [{ groups: ['x'], extra: 1 }, 'Invalid JSON keys: extra'],
    [{ groups: ['a\u0000b'] }, /^Invalid group name/],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', '/groups', OPS, body), 400, message)
  })

  it('answers 403 without the scope and 404 with it for one group only', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('POST', '/groups', ADA, { groups: ['x'] }), 403, /\[admin:groups\]/)
    const token = await tokenOf('ops', ['admin:groups!group=x'])
    expectError(await call('POST', '/groups', token, { groups: ['x'] }), 404, /^No access/)
  })
})

describe('GET /groups/{group}', () => {
  it('shows one, and its roles only with their scope', async () => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    expect((await call('GET', '/groups/class-a')).body).toHaveProperty('roles')
    const token = await tokenOf('ops', ['read:groups!group=class-a'])
    const { body } = await call('GET', '/groups/class-a', token)
    expect(body).toEqual({ kind: 'group', name: 'class-a', users: ['ada'], properties: {} })
  })

  it('takes any name that is encoded in the path', async () => {
    const { call } = await openRig()
    const name = 'a/b 100% é?#%41'
    const path = `/groups/${encodeURIComponent(name)}`
    expect((await call('POST', path)).body.name).toBe(name)
    expect((await call('GET', path)).body.name).toBe(name)
  })

  it('answers 404 for a missing one, 404 out of reach, 403 without the scope', async () => {
    const { call, tokenOf } = await openRig({ config: CLASSES })
    expectError(await call('GET', '/groups/none'), 404, 'No such group: none')
    const token = await tokenOf('ops', ['read:groups!group=class-b'])
    expectError(await call('GET', '/groups/class-a', token), 404, /^No access/)
    expectError(await call('GET', '/groups/class-a', ADA), 403, /read:groups/)
  })
})

describe('POST and DELETE /groups/{group}', () => {
  it('makes and removes one', async () => {
    const { call } = await openRig()
    const made = await call('POST', '/groups/x', OPS, { users: ['ada'], name: 'ignored' })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ name: 'x', users: ['ada'] })
    expectError(await call('POST', '/groups/x'), 409, 'Group x already exists')
    expect((await call('DELETE', '/groups/x')).status).toBe(204)
    expectError(await call('DELETE', '/groups/x'), 404, 'No such group: x')
    expect((await call('GET', '/users/ada')).body.groups).toEqual([])
  })

  it('answers 400 for an unknown user and 403 without the scope', async () => {
    const { call } = await openRig({ config: CLASSES })
    const answer = await call('POST', '/groups/x', OPS, { users: ['nobody'] })
    expectError(answer, 400, 'No such user: nobody')
    expectError(await call('POST', '/groups/x', ADA), 403, /admin:groups/)
    expectError(await call('DELETE', '/groups/class-a', ADA), 403, /delete:groups/)
  })
})

describe('PUT /groups/{group}/properties', () => {
  it('replaces all of them', async () => {
    const { call } = await openRig({ config: CLASSES })
    await call('PUT', '/groups/class-a/properties', OPS, { room: 1, floor: 2 })
    const { status, body } = await call('PUT', '/groups/class-a/properties', OPS, { room: [2] })
    expect(status).toBe(200)
    expect(body.properties).toEqual({ room: [2] })
  })

  it.each([[undefined], [[]], ['5']])('answers 400 for %j', async (body) => {
    const { call } = await openRig({ config: CLASSES })
    const answer = await call('PUT', '/groups/class-a/properties', OPS, body)
    expectError(answer, 400, 'Must specify properties')
  })

  it('answers 404 for a missing group and 403 without the scope', async () => {
    const { call } = await openRig({ config: CLASSES })
    expectError(await call('PUT', '/groups/none/properties', OPS, {}), 404, 'No such group: none')
    const answer = await call('PUT', '/groups/class-a/properties', SERVICE, {})
    expectError(answer, 403, /\[groups\]/)
  })
})
