import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { findService } from '../../../src/hub/services/services.ts'
import { listTokens } from '../../../src/hub/tokens/tokens.ts'
import { OPS } from '../harness.ts'
import { BOB, openServicesRig, SECRET } from './support.ts'

describe('POST /services/{service}', () => {
  it('answers the new service, whatever name the body has', async () => {
    const { call } = await openServicesRig()
    const wish = {
      name: 'other',
      url: 'https://paper.test:8443/',
      info: { a: [1] },
      display: false,
    }
    const { status, body } = await call('POST', '/services/paper', BOB, wish)
    expect(status).toBe(201)
    expect(body).toEqual({
      kind: 'service',
      name: 'paper',
      admin: false,
      roles: [],
      url: 'https://paper.test:8443/',
      prefix: '/services/paper/',
      command: [],
      pid: 0,
      info: { a: [1] },
      display: false,
    })
    expect((await call('GET', '/services/paper')).body).toEqual(body)
    expect((await call('GET', '/services/other')).status).toBe(404)
  })

  it('has the prefix below the base URL', async () => {
    const { call } = await openServicesRig({ base_url: '/jupyter/' })
    const { body } = await call('POST', '/services/paper', OPS, { url: 'http://127.0.0.1:9' })
    expect(body.prefix).toBe('/jupyter/services/paper/')
  })

  it('takes an empty command and what only managed services use, and keeps none of it', async () => {
    const { call, hub } = await openServicesRig()
    const wish = {
      command: [],
      cwd: '/',
      environment: { A: 'hidden-value' },
      user: 'root',
      url: '',
    }
    expect((await call('POST', '/services/paper', BOB, wish)).status).toBe(201)
    expect(JSON.stringify(await hub.store.list(['service']))).not.toContain('hidden-value')
  })

  it('makes the api_token a hub token of the service, of which only the digest is kept', async () => {
    const { call, hub } = await openServicesRig()
    const { text } = await call('POST', '/services/paper', BOB, { api_token: SECRET })
    expect(text).not.toContain(SECRET)
    const service = await findService(hub, 'paper')
    const owner = { kind: 'service', name: 'paper', id: service?.id ?? '' } as const
    expect(await listTokens(hub, owner)).toMatchObject([
      {
        kind: 'hub',
        digest: sha256(SECRET),
        scopes: ['inherit'],
        note: 'Requested via api by user bob',
        expiresAt: null,
      },
    ])
    expect(JSON.stringify(await hub.store.list([]))).not.toContain(SECRET)
    expect((await call('GET', '/user', SECRET)).body).toMatchObject({ name: 'paper' })
  })

  it('takes the digest of a token in its place', async () => {
    const { call } = await openServicesRig()
    await call('POST', '/services/paper', BOB, { api_token: `sha256:${sha256(SECRET)}` })
    expect((await call('GET', '/user', SECRET)).body).toMatchObject({ name: 'paper' })
  })

  it('lets an admin make an admin', async () => {
    const { call } = await openServicesRig()
    const wish = { admin: true, api_token: SECRET }
    const { body } = await call('POST', '/services/root', OPS, wish)
    expect(body).toMatchObject({ admin: true, roles: ['admin'] })
    expect((await call('GET', '/users', SECRET)).status).toBe(200)
    expect((await call('POST', '/users/ada', SECRET)).status).toBe(409)
  })

  it('lets an OAuth client ask of visitors what its maker holds', async () => {
    const { call, hub } = await openServicesRig()
    const wish = {
      oauth_client_id: 'service-of-mine',
      oauth_redirect_uri: 'https://paper.test/callback?x=1',
      oauth_client_allowed_scopes: ['list:services', 'self', 'list:services'],
    }
    expect((await call('POST', '/services/paper', BOB, wish)).status).toBe(201)
    expect(await findService(hub, 'paper')).toMatchObject({
      oauthClientId: 'service-of-mine',
      oauthRedirectUri: 'https://paper.test/callback?x=1',
      oauthClientAllowedScopes: ['list:services', 'self'],
      oauthNoConfirm: false,
    })
  })

  it('gives a service behind the gateway the usual OAuth client', async () => {
    const { call, hub } = await openServicesRig()
    const wish = { url: 'http://127.0.0.1:9', oauth_no_confirm: true }
    await call('POST', '/services/paper', BOB, wish)
    expect(await findService(hub, 'paper')).toMatchObject({
      oauthClientId: 'service-paper',
      oauthRedirectUri: '/services/paper/oauth_callback',
      oauthNoConfirm: true,
    })
    await call('POST', '/services/quiet', BOB, { oauth_client_allowed_scopes: ['list:services'] })
    expect(await findService(hub, 'quiet')).toMatchObject({ oauthClientId: null })
  })

  it('lets an admin allow everything of visitors, without asking them', async () => {
    const { call } = await openServicesRig()
    const wish = {
      url: 'http://127.0.0.1:9',
      oauth_no_confirm: true,
      oauth_client_allowed_scopes: ['inherit', 'self', 'read:users!user'],
    }
    expect((await call('POST', '/services/paper', OPS, wish)).status).toBe(201)
  })
})
