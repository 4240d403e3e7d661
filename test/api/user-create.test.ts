import { describe, expect, it } from 'vitest'
import { ADA, expectError, OPS, openRig, SERVICE } from './harness.ts'

describe('POST /users/{name}', () => {
  it('makes a user, without a body or with one', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users/dave')
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'dave', admin: false, servers: {} })
    const admin = await call('POST', '/users/eve', OPS, { admin: true, name: 'ignored' })
    expect(admin.body).toMatchObject({ name: 'eve', admin: true })
  })

  it('normalises, so that no two users differ in case only', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ADA'), 409, 'User ada already exists')
  })

  it('lets a filter name a user who does not exist yet', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users!user=new'])
    expect((await call('POST', '/users/new', token)).status).toBe(201)
    expect((await call('POST', '/users/other', token)).status).toBe(404)
  })

  it.each([
    ['/users/..%2Fetc', undefined, 'Invalid username: ../etc'],
    ['/users/%20x', undefined, 'Invalid username:  x'],
    ['/users/dave', { admin: 1 }, 'admin must be true or false, not a number'],
    ['/users/dave', [], 'Invalid JSON data: must be an object, not a list'],
    ['/users/dave', { nick: 'd' }, 'Invalid JSON keys: nick'],
  ])('answers 400 for %s with %j', async (path, body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', path, OPS, body), 400, message)
  })

  it('answers 403 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/dave', SERVICE), 403, /requires any of \[admin:users\]/)
    expectError(await call('POST', '/users/dave', ADA), 403, /requires any of \[admin:users\]/)
  })

  it('lets only admins make admins', async () => {
    const config = {
      load_roles: [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    const answer = await call('POST', '/users/dave', SERVICE, { admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
  })
})
