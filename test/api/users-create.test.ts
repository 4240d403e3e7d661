import { describe, expect, it } from 'vitest'
import { findUser } from '../../src/hub/users.ts'
import { ADA, expectError, OPS, openRig, SERVICE } from './harness.ts'

describe('POST /users', () => {
  it('makes users, normalised, and answers only those that are new', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users', OPS, {
      usernames: ['Dave', 'ada', 'eve'],
    })
    expect(status).toBe(201)
    expect(body.map((user: { name: string }) => user.name)).toEqual(['dave', 'eve'])
    expect((await call('GET', '/users/dave')).body).toMatchObject({ name: 'dave', admin: false })
  })

  it('makes admins for an admin', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users', OPS, { usernames: ['dave'], admin: true })
    expect(body).toMatchObject([{ admin: true, roles: ['user', 'admin'] }])
  })

  it('answers 409 when all exist', async () => {
    const { call } = await openRig()
    const answer = await call('POST', '/users', OPS, { usernames: ['Ada', 'grace', 'ada'] })
    expectError(answer, 409, 'All 2 users already exist')
  })
})

describe('POST /users with a body that is not valid', () => {
  it.each([
    [undefined, 'Must specify at least one user to create'],
    [[], 'Must specify at least one user to create'],
    ['7', 'Must specify at least one user to create'],
    [{ usernames: [] }, 'Must specify at least one user to create'],
    [{}, 'Must specify at least one user to create'],
    [{ usernames: 'dave' }, 'usernames must be a list, not a string'],
    [{ usernames: ['dave', 5] }, 'usernames.1 must be a string, not a number'],
    [{ usernames: ['dave'], admin: 'yes' }, 'admin must be true or false, not a string'],
    [{ usernames: ['dave'], colour: 1 }, 'Invalid JSON keys: colour'],
    [{ usernames: ['dave', 'a/b'] }, 'Invalid username: a/b'],
    [{ usernames: ['a/b', '..', 'eve'] }, 'Invalid usernames: a/b, ..'],
    ['not json', 'Invalid JSON in body of request'],
  ])('answers 400 for %j and makes nobody', async (body, message) => {
    const { call, hub } = await openRig()
    expectError(await call('POST', '/users', OPS, body), 400, message)
    expect(await findUser(hub, 'dave')).toBeUndefined()
  })
})

describe('POST /users with very many faults', () => {
  it('tells some of them', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users', OPS, { usernames: Array(5000).fill(5) })
    expect(status).toBe(400)
    expect(body.message).toMatch(/^usernames\.0 must be a string.*; and 4990 more$/)
  })
})

describe('POST /users without permission', () => {
  it('answers 403 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users', ADA, { usernames: ['dave'] }), 403, /admin:users/)
  })

  it('answers 404 when the scope is held for some user only', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users!user=dave'])
    const answer = await call('POST', '/users', token, { usernames: ['dave'] })
    expectError(answer, 404, 'No access to resources or resources not found')
  })

  it('lets only admins make admins', async () => {
    const config = {
      load_roles: [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }],
    }
    const { call, hub } = await openRig({ config })
    const wish = { usernames: ['dave'], admin: true }
    const answer = await call('POST', '/users', SERVICE, wish)
    expectError(answer, 403, 'Only admins can grant admin permissions')
    expect(await findUser(hub, 'dave')).toBeUndefined()
    expect((await call('POST', '/users', SERVICE, { usernames: ['dave'] })).status).toBe(201)
  })

  it('lets no narrow token of an admin make admins', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users'])
    const answer = await call('POST', '/users', token, { usernames: ['dave'], admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
  })
})
