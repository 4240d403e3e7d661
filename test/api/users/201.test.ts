import { describe, expect, it } from 'vitest'
import { OPS, openRig, SERVICE } from '../harness.ts'

const CLERK = { load_roles: [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }] }

describe('POST /users', () => {
  it('makes users, normalised, and answers only those that are new', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users', OPS, {
      usernames: ['Dave', 'ada', 'eve', 'EVE'],
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

  it('makes users for whoever holds the scope, and heeds nothing else in the body', async () => {
    const { call } = await openRig({ config: { ...CLERK, load_groups: { a: {} } } })
    const body = { usernames: ['dave'], admin: false, name: 'eve', groups: ['a'], roles: ['admin'] }
    const answer = await call('POST', '/users', SERVICE, body)
    expect(answer.status).toBe(201)
    const [dave] = answer.body
    expect(dave).toMatchObject({ name: 'dave', admin: false, groups: [], roles: ['user'] })
    expect((await call('GET', '/users/eve')).status).toBe(404)
  })
})

describe('POST /users/{name}', () => {
  it('makes a user, without a body or with one', async () => {
    const { call } = await openRig()
    const { status, body } = await call('POST', '/users/dave')
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'dave', admin: false, servers: {} })
    const admin = await call('POST', '/users/eve', OPS, { admin: true, name: 'ignored' })
    expect(admin.body).toMatchObject({ name: 'eve', admin: true })
  })

  it('lets a filter name a user who does not exist yet', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['admin:users!user=new'])
    expect((await call('POST', '/users/new', token)).status).toBe(201)
    expect((await call('POST', '/users/other', token)).status).toBe(404)
  })

  it('gives nothing that the body wishes beside the admin flag', async () => {
    const { call } = await openRig({ config: { load_groups: { a: {} } } })
    const wish = { groups: ['a'], roles: ['admin'], auth_state: { admin: true } }
    const { body } = await call('POST', '/users/dave', OPS, wish)
    expect(body).toMatchObject({ admin: false, groups: [], roles: ['user'], auth_state: null })
  })
})
