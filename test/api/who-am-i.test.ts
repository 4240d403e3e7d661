import { describe, expect, it } from 'vitest'
import { ADA, expectError, OPS, openRig, SERVICE } from './harness.ts'

describe('GET /user', () => {
  it('answers the user with the credential and its scopes', async () => {
    const { call } = await openRig()
    const { status, body } = await call('GET', '/user', ADA)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'user',
      name: 'ada',
      admin: false,
      groups: [],
      token_id: expect.stringMatching(/^c[0-9a-f]{16}$/),
      session_id: null,
    })
    expect(body.scopes).toEqual([...body.scopes].sort())
    expect(body.scopes).toContain('access:servers!user=ada')
  })

  it('answers the minimum to a token that allows nothing', async () => {
    const { call, tokenOf } = await openRig()
    const { body } = await call('GET', '/user', await tokenOf('ada', []))
    expect(Object.keys(body).sort()).toEqual([
      'admin',
      'groups',
      'kind',
      'name',
      'scopes',
      'session_id',
      'token_id',
      'user_info',
    ])
    expect(body.scopes).toEqual(['read:users:groups!user=ada', 'read:users:name!user=ada'])
  })

  it('answers what a single-user server needs to a notebook token', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['access:servers!server=ada/'])
    const { body } = await call('GET', '/user', token)
    expect(body).toMatchObject({ kind: 'user', name: 'ada' })
    expect(body.scopes).toContain('access:servers!server=ada/')
  })

  it('answers the service to a service', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/user', SERVICE)
    expect(body).toEqual({
      kind: 'service',
      name: 'announce',
      admin: false,
      token_id: expect.any(String),
      session_id: null,
      scopes: [],
    })
  })

  it('answers all of the service to one that may read services', async () => {
    const config = {
      services: [{ name: 'announce', api_token: SERVICE, admin: true, info: { about: 'news' } }],
    }
    const { call } = await openRig({ config })
    expect((await call('GET', '/user', SERVICE)).body).toMatchObject({
      admin: true,
      roles: ['admin'],
      info: { about: 'news' },
      display: true,
      prefix: '',
      command: [],
    })
  })

  it('answers 403 without a text to nobody', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/user', null), 403, null)
    expectError(await call('GET', '/user', 'unknown-token'), 403, null)
  })
})

describe('a narrower role', () => {
  it('takes effect at the next request', async () => {
    const role = { name: 'reader', scopes: ['list:users'], users: ['ada'] }
    const config = { api_tokens: { [ADA]: 'ada', [OPS]: 'ops' } }
    const { call, hub } = await openRig({ config: { ...config, load_roles: [role] } })
    expect((await call('GET', '/users', ADA)).status).toBe(200)
    hub.reload({ ...config, load_roles: [] })
    expect((await call('GET', '/users', ADA)).status).toBe(403)
  })
})
