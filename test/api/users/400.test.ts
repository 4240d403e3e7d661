import { describe, expect, it } from 'vitest'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { expectError, OPS, openRig, runServers } from '../harness.ts'

const NO_USERS = 'Must specify at least one user to create'

describe('GET /users', () => {
  it.each([
    ['limit=x', 'Invalid argument type, offset and limit must be integers'],
    ['limit=', 'Invalid argument type, offset and limit must be integers'],
    ['offset=1.5', 'Invalid argument type, offset and limit must be integers'],
    ['state=busy', "Unrecognized state filter: 'busy'"],
    ['state=Active', "Unrecognized state filter: 'Active'"],
    ['sort=age', "sort must be 'id', 'name', or 'last_activity', not 'age'"],
    ['sort=', "sort must be 'id', 'name', or 'last_activity', not ''"],
    ['sort=--id', "sort must be 'id', 'name', or 'last_activity', not '--id'"],
  ])('answers 400 for %s', async (query, message) => {
    const { call } = await openRig()
    expectError(await call('GET', `/users?${query}`), 400, message)
  })

  it('names all faults at once', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/users?state=busy&sort=age')
    expect(body.message).toMatch(/Unrecognized state filter.*sort must be/)
  })
})

describe('POST /users', () => {
  it.each([
    [undefined, NO_USERS],
    ['null', NO_USERS],
    [[], NO_USERS],
    ['7', NO_USERS],
    [{ usernames: [] }, NO_USERS],
    [{ usernames: null }, NO_USERS],
    [{}, NO_USERS],
    [{ usernames: 'dave' }, 'usernames must be a list, not a string'],
    [{ usernames: { dave: 1 } }, 'usernames must be a list, not an object'],
    [{ usernames: ['dave', 5] }, 'usernames.1 must be a string, not a number'],
    [{ usernames: ['dave'], admin: 'yes' }, 'admin must be true or false, not a string'],
    [{ usernames: ['dave'], admin: null }, 'admin must be true or false, not null'],
    [{ usernames: ['dave'], colour: 1 }, 'Invalid JSON keys: colour'],
    [{ usernames: ['dave', 'a/b'] }, 'Invalid username: a/b'],
    [{ usernames: ['dave', ''] }, 'Invalid username: '],
    [{ usernames: ['a/b', '..', 'eve'] }, 'Invalid usernames: a/b, ..'],
    ['not json', 'Invalid JSON in body of request'],
  ])('answers 400 for %j and makes nobody', async (body, message) => {
    const { call, hub } = await openRig()
    expectError(await call('POST', '/users', OPS, body), 400, message)
    expect(await findUser(hub, 'dave')).toBeUndefined()
  })

  it('tells some of very many faults', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users', OPS, { usernames: Array(5000).fill(5) })
    expect(status).toBe(400)
    expect(body.message).toMatch(/^usernames\.0 must be a string.*; and 4990 more$/)
  })
})

describe('POST /users/{name}', () => {
  it.each([
    ['/users/..%2Fetc', undefined, 'Invalid username: ../etc'],
    ['/users/%20x', undefined, 'Invalid username:  x'],
    [`/users/${'x'.repeat(256)}`, undefined, /^Invalid username: x+$/],
    ['/users/dave', { admin: 1 }, 'admin must be true or false, not a number'],
    ['/users/dave', [], 'Invalid JSON data: must be an object, not a list'],
    ['/users/dave', { nick: 'd' }, 'Invalid JSON keys: nick'],
    ['/users/dave', { auth_state: null }, 'auth_state must be an object, not null'],
    ['/users/dave', '{', 'Invalid JSON in body of request'],
  ])('answers 400 for %.40s with %j', async (path, body, message) => {
    const { call, hub } = await openRig()
    expectError(await call('POST', path, OPS, body), 400, message)
    expect(await findUser(hub, 'dave')).toBeUndefined()
  })
})

describe('PATCH /users/{name}', () => {
  it.each([
    [undefined, 'Invalid JSON data: must be an object, not nothing'],
    ['null', 'Invalid JSON data: must be an object, not nothing'],
    [[], 'Invalid JSON data: must be an object, not a list'],
    [{ name: 'grace' }, 'User grace already exists, username must be unique'],
    [{ name: 'GRACE' }, 'User grace already exists, username must be unique'],
    [{ name: 'a/b' }, 'Invalid username: a/b'],
    [{ name: '' }, 'Invalid username: '],
    [{ name: 5 }, 'name must be a string, not a number'],
    [{ name: null }, 'name must be a string, not null'],
    [{ admin: null }, 'admin must be true or false, not null'],
    [{ groups: ['x'] }, 'Invalid JSON keys: groups'],
    [{ roles: ['admin'] }, 'Invalid JSON keys: roles'],
    [{ auth_state: {} }, 'Invalid JSON keys: auth_state'],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('PATCH', '/users/ada', OPS, body), 400, message)
  })

  it('changes nothing of a request of which a part is refused', async () => {
    const { call, hub } = await openRig()
    await call('PATCH', '/users/ada', OPS, { name: 'grace', admin: true })
    expect((await findUser(hub, 'ada'))?.admin).toBe(false)
  })

  it('answers 400 for a rename while a server is active', async () => {
    const { call, hub } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada !== undefined) await putServer(hub, ada, '', { wanted: 'running', phase: 'ready' })
    const answer = await call('PATCH', '/users/ada', OPS, { name: 'lovelace' })
    expectError(answer, 400, /^ada's server is running/)
    expect((await call('PATCH', '/users/ada', OPS, { admin: true })).status).toBe(200)
  })
})

describe('DELETE /users/{name}', () => {
  it('answers 400 while a server takes longer to stop, and works once it has', async () => {
    const rig = await openRig({ config: { slow_spawn_timeout: 0.5 } })
    const spawner = runServers(rig)
    await rig.call('POST', '/users/ada/server')
    const gate = Promise.withResolvers<void>()
    spawner.stopGate = gate.promise
    const message = "ada's server is in the process of stopping, please wait."
    expectError(await rig.call('DELETE', '/users/ada'), 400, message)
    expect(await findUser(rig.hub, 'ada')).toBeDefined()
    gate.resolve()
    expect((await rig.call('DELETE', '/users/ada')).status).toBe(204)
  })

  it('refuses to delete oneself', async () => {
    const { call } = await openRig()
    expectError(await call('DELETE', '/users/ops', OPS), 400, 'Cannot delete yourself!')
    expectError(await call('DELETE', '/users/OPS', OPS), 400, 'Cannot delete yourself!')
  })
})
