import { describe, expect, it } from 'vitest'
import { ADA, expectError, openRig, SERVICE } from './harness.ts'

describe('GET /users with a query that is not valid', () => {
  it.each([
    ['limit=x', 'Invalid argument type, offset and limit must be integers'],
    ['offset=1.5', 'Invalid argument type, offset and limit must be integers'],
    ['state=busy', "Unrecognized state filter: 'busy'"],
    ['sort=age', "sort must be 'id', 'name', or 'last_activity', not 'age'"],
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

describe('GET /users without the scope', () => {
  it('answers 403 that names it', async () => {
    const { call } = await openRig()
    const message = 'Action is not authorized with current scopes; requires any of [list:users]'
    expectError(await call('GET', '/users', ADA), 403, message)
  })

  it('answers 403 without a credential', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users', null), 403, 'Missing or invalid credentials.')
  })

  it('answers 403 when the scope is held in a form that lists cannot be narrowed to', async () => {
    const config = {
      load_roles: [{ name: 'odd', scopes: ['list:users!server=ada/'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    expectError(await call('GET', '/users', SERVICE), 403, /requires any of \[list:users\]$/)
  })
})
