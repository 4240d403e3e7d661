import { describe, expect, it } from 'vitest'
import { DEFAULT_ROLES } from '../../../src/model/roles.ts'
import { ADA, expectError, OPS, SERVICE } from '../harness.ts'
import { BOB, openServicesRig } from './support.ts'

const ROUTES = [
  ['GET', '/services', undefined, 'list:services'],
  [
    'GET',
    '/services/announce',
    undefined,
    'read:services, read:services:name, read:roles:services',
  ],
  ['POST', '/services/paper', { display: true }, 'admin:services'],
  ['DELETE', '/services/announce', undefined, 'admin:services'],
] as const

describe.each(ROUTES)('%s %s', (method, path, body, scopes) => {
  it('is for nobody without a credential', async () => {
    const { call } = await openServicesRig()
    const answer = await call(method, path, null, body)
    expectError(answer, 403, 'Missing or invalid credentials.')
  })

  it('is not for a notebook token', async () => {
    const { call, tokenOf } = await openServicesRig()
    const token = await tokenOf('ops', ['access:servers'])
    expectError(await call(method, path, token, body), 403, /notebook token/)
  })

  it('is not for a user or service without the scope', async () => {
    const { call, tokenOf } = await openServicesRig()
    const text = `Action is not authorized with current scopes; requires any of [${scopes}]`
    for (const token of [ADA, SERVICE, await tokenOf('ops', ['admin:users'])]) {
      expectError(await call(method, path, token, body), 403, text)
    }
  })
})

describe('GET /services', () => {
  it('is not for a filter that names no service', async () => {
    const { call, tokenOf } = await openServicesRig()
    const token = await tokenOf('ops', ['list:services!user=ada'])
    expect((await call('GET', '/services', token)).status).toBe(403)
  })
})

describe('POST /services/{service}', () => {
  it('makes an admin for admins only, even where somebody may do all that admins do', async () => {
    const scopes = DEFAULT_ROLES.find(({ name }) => name === 'admin')?.scopes
    const role = { name: 'nearly-admin', scopes: [...(scopes ?? [])], users: ['bob'] }
    const { call } = await openServicesRig({ load_roles: [role] })
    const answer = await call('POST', '/services/paper', BOB, { admin: true })
    expectError(answer, 403, 'Only admins can grant admin permissions')
  })
})

describe('DELETE /services/{service}', () => {
  it('takes admins down for admins only', async () => {
    const { call } = await openServicesRig()
    await call('POST', '/services/root', OPS, { admin: true })
    const answer = await call('DELETE', '/services/root', BOB)
    expectError(answer, 403, 'Only admins can delete other admins')
    expect((await call('DELETE', '/services/root')).status).toBe(200)
  })
})
