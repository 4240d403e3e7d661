import { describe, expect, it } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import { beginRun, noteProcess } from '../../../src/hub/services/managed/service-runs.ts'
import { findService } from '../../../src/hub/services/services.ts'
import { findToken, listTokens } from '../../../src/hub/tokens/tokens.ts'
import { OPS, SERVICE } from '../harness.ts'
import { BOB, openServicesRig, SECRET } from './support.ts'

const PAPER = {
  kind: 'service',
  name: 'paper',
  admin: false,
  roles: [],
  url: 'http://127.0.0.1:9999/x',
  prefix: '/services/paper/',
  command: [],
  pid: 0,
  info: { since: 1 },
  display: false,
}

const WISH = { url: PAPER.url, info: PAPER.info, display: false }

describe('GET /services', () => {
  it('answers all services by name, those of the configuration and those made over the API', async () => {
    const { call } = await openServicesRig()
    await call('POST', '/services/paper', OPS, WISH)
    const { status, body } = await call('GET', '/services?limit=1')
    expect(status).toBe(200)
    expect(body).toEqual({
      announce: {
        kind: 'service',
        name: 'announce',
        admin: false,
        roles: [],
        url: '',
        prefix: '',
        command: [],
        pid: 0,
        info: { about: 'news' },
        display: true,
      },
      paper: PAPER,
    })
  })

  it('tells what runs those with a command, and as which process', async () => {
    const command = ['culler', '--timeout=60']
    const rig = await openServicesRig({ services: [{ name: 'culler', command }] })
    const { call, hub } = rig
    expect((await call('GET', '/services/culler')).body).toMatchObject({ command, pid: 0 })

    const lease = await hub.store.acquireLease('service/culler', 'me', 1000)
    if (lease === undefined) throw new Error('no lease')
    await noteProcess(hub, await beginRun(hub, 'culler', lease, undefined), 4711)

    expect((await call('GET', '/services/culler')).body).toMatchObject({ command, pid: 4711 })
    const narrow = await rig.tokenOf('ops', ['read:services:name'])
    expect((await call('GET', '/services/culler', narrow)).body).not.toHaveProperty('pid')
  })

  it('has no envelope for those who ask for pages', async () => {
    const { call } = await openServicesRig()
    const accept = 'application/jupyterhub-pagination+json'
    const { body } = await call('GET', '/services', { authorization: `token ${OPS}`, accept })
    expect(Object.keys(body)).toEqual(['announce'])
  })

  it('shows those that a filter names, and of them what the scopes reveal', async () => {
    const { call, tokenOf } = await openServicesRig()
    await call('POST', '/services/paper', OPS, WISH)
    const one = await tokenOf('ops', ['list:services!service=paper'])
    expect((await call('GET', '/services', one)).body).toEqual({
      paper: { kind: 'service', name: 'paper', admin: false },
    })
    const missing = await tokenOf('ops', ['list:services!service=none'])
    expect((await call('GET', '/services', missing)).body).toEqual({})
    const mixed = await tokenOf('ops', ['list:services', 'read:services!service=paper'])
    expect((await call('GET', '/services', mixed)).body).toEqual({
      announce: { kind: 'service', name: 'announce', admin: false },
      paper: { ...PAPER, roles: undefined },
    })
  })
})

describe('GET /services/{service}', () => {
  it.each([
    [['read:services:name!service=announce'], []],
    [['read:roles:services!service=announce'], ['roles']],
    [['read:services!service=announce'], ['url', 'prefix', 'command', 'pid', 'info', 'display']],
  ])('shows with %j who it is and %j', async (scopes, more) => {
    const { call, tokenOf } = await openServicesRig()
    const { body } = await call('GET', '/services/announce', await tokenOf('ops', scopes))
    expect(Object.keys(body).sort()).toEqual(['admin', 'kind', 'name', ...more].sort())
  })

  it('shows the roles and the admin flag that the configuration gives', async () => {
    const { call } = await openServicesRig({
      load_roles: [
        { name: 'admin', services: ['announce'] },
        { name: 'reader', scopes: ['read:users'], services: ['announce'] },
      ],
    })
    const { body } = await call('GET', '/services/announce')
    expect(body).toMatchObject({ admin: true, roles: ['admin', 'reader'] })
    expect((await call('GET', '/users', SERVICE)).status).toBe(200)
  })
})

describe('GET /user', () => {
  it('answers a service that was made over the API, with null where it has no URL', async () => {
    const { call } = await openServicesRig()
    await call('POST', '/services/root', OPS, { admin: true, api_token: SECRET })
    const { body } = await call('GET', '/user', SECRET)
    expect(body).toMatchObject({
      kind: 'service',
      name: 'root',
      admin: true,
      roles: ['admin'],
      url: null,
      prefix: '',
      info: {},
      display: true,
      session_id: null,
    })
    expect(body.token_id).toMatch(/^a\d+$/)
    expect(body.scopes).toContain('admin:users')
  })

  it('answers who it is to a service without any role', async () => {
    const { call } = await openServicesRig()
    await call('POST', '/services/paper', BOB, { api_token: SECRET, url: PAPER.url })
    expect((await call('GET', '/user', SECRET)).body).toEqual({
      kind: 'service',
      name: 'paper',
      admin: false,
      token_id: expect.any(String),
      session_id: null,
      scopes: [],
    })
  })
})

describe('DELETE /services/{service}', () => {
  it('answers an empty body, and the service is gone with its tokens', async () => {
    const { call, hub } = await openServicesRig()
    await call('POST', '/services/paper', BOB, { api_token: SECRET, url: PAPER.url })
    const service = await findService(hub, 'paper')
    const owner = { kind: 'service', name: 'paper', id: service?.id ?? '' } as const
    const [token] = await listTokens(hub, owner)
    const answer = await call('DELETE', '/services/paper', BOB)
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect((await call('GET', '/services')).body).not.toHaveProperty('paper')
    expect((await call('GET', '/user', SECRET)).status).toBe(403)
    expect(await findToken(hub, owner, token?.id ?? '')).toBeUndefined()
    expect(await hub.store.get(keys.belongings('service', owner.id))).toBeUndefined()
    expect(await hub.store.get(keys.tokenActivity(token?.id ?? ''))).toBeUndefined()
  })

  it('leaves nothing to a service that gets the name again', async () => {
    const { call } = await openServicesRig()
    await call('POST', '/services/paper', OPS, { admin: true, api_token: SECRET, info: { a: 1 } })
    await call('DELETE', '/services/paper')
    await call('POST', '/services/paper', BOB, { display: true })
    expect((await call('GET', '/user', SECRET)).status).toBe(403)
    expect((await call('GET', '/services/paper')).body).toMatchObject({
      admin: false,
      info: {},
      roles: [],
    })
  })

  it('is enough with the scope for this one', async () => {
    const { call, tokenOf } = await openServicesRig()
    const token = await tokenOf('bob', ['admin:services!service=paper'])
    await call('POST', '/services/paper', token, { display: true })
    expect((await call('DELETE', '/services/paper', token)).status).toBe(200)
  })
})
