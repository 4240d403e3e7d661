import { describe, expect, it } from 'vitest'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { grantShare } from '../../../src/hub/shares/shares.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import type { Rig } from '../harness.ts'
import { ADA, GRACE, OPS, openRig, runServers, SERVICE } from '../harness.ts'

const LAB = '/users/ada/servers/lab'

async function adaOf({ hub }: Rig) {
  const ada = await findUser(hub, 'ada')
  if (ada === undefined) throw new Error('no ada')
  return ada
}

describe('GET /users/{name}/servers/{server}', () => {
  it('shows the default server of who never started it', async () => {
    const { call } = await openRig()
    const { status, body } = await call('GET', '/users/ada/server', ADA)
    expect(status).toBe(200)
    expect(body).toEqual({
      name: '',
      display_name: '',
      full_name: 'ada/',
      last_activity: null,
      started: null,
      pending: null,
      ready: false,
      stopped: true,
      url: '/user/ada/',
      user_options: {},
      progress_url: '/hub/api/users/ada/server/progress',
      full_url: null,
      full_progress_url: null,
    })
  })

  it('speaks of the public URL where there is one', async () => {
    const { call } = await openRig({ config: { public_url: 'https://hub.example.org/' } })
    expect((await call('GET', '/users/ada/servers/')).body).toMatchObject({
      full_url: 'https://hub.example.org/user/ada/',
      full_progress_url: 'https://hub.example.org/hub/api/users/ada/server/progress',
      state: {},
    })
  })
})

describe('PATCH /users/{name}/servers/{server}', () => {
  it('changes name, display name and options together', async () => {
    const rig = await openRig()
    await putServer(rig.hub, await adaOf(rig), 'lab')
    const body = { name: 'new', display_name: 'My lab', user_options: { cpus: 2 } }
    const answer = await rig.call('PATCH', LAB, ADA, body)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.body).toMatchObject({
      name: 'new',
      display_name: 'My lab',
      full_name: 'ada/new',
      url: '/user/ada/new/',
      user_options: { cpus: 2 },
      stopped: true,
    })
    expect((await rig.call('GET', LAB, ADA)).status).toBe(404)
    expect((await rig.call('GET', '/users/ada/servers/new', ADA)).body).toEqual(answer.body)
  })

  it.each([
    [{ display_name: 'My lab' }, { name: 'lab', display_name: 'My lab', user_options: { a: 1 } }],
    [{ user_options: {} }, { name: 'lab', display_name: 'Lab', user_options: {} }],
    [{ name: 'new' }, { name: 'new', display_name: 'Lab', user_options: { a: 1 } }],
    // As in JupyterHub nothing is asked for by these.
    [{ display_name: '' }, { name: 'lab', display_name: 'Lab', user_options: { a: 1 } }],
    [
      { name: null, display_name: null },
      { name: 'lab', display_name: 'Lab' },
    ],
  ])('leaves the rest as it is: %j', async (body, expected) => {
    const rig = await openRig()
    const about = { displayName: 'Lab', userOptions: { a: 1 } }
    await putServer(rig.hub, await adaOf(rig), 'lab', about)
    const answer = await rig.call('PATCH', LAB, ADA, body)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject(expected)
  })

  it.each(['/users/ada/server', '/users/ada/servers/', '/users/Ada/server'])(
    'takes the default server at %s, also before its first start',
    async (path) => {
      const { call } = await openRig()
      const options = { user_options: { cpus: 1 } }
      expect((await call('PATCH', path, ADA, options)).body).toMatchObject({ name: '', ...options })
      const { body } = await call('PATCH', path, ADA, { name: 'lab' })
      expect(body).toMatchObject({ name: 'lab', ...options })
      const fresh = await call('GET', path, ADA)
      expect(fresh.body).toMatchObject({ name: '', user_options: {} })
    },
  )

  it('keeps shares with the server, and gives none to the next one of the name', async () => {
    const rig = await openRig()
    const ada = await adaOf(rig)
    await putServer(rig.hub, ada, 'lab')
    const place = { owner: 'ada', server: 'lab' }
    await grantShare(rig.hub, place, { kind: 'user', name: 'grace' }, ['read:servers'])
    expect((await rig.call('GET', LAB, GRACE)).status).toBe(200)
    await rig.call('PATCH', LAB, ADA, { name: 'new' })
    expect((await rig.call('GET', '/users/ada/servers/new', GRACE)).status).toBe(200)
    expect((await rig.call('PUT', LAB, ADA)).status).toBe(201)
    expect((await rig.call('GET', LAB, GRACE)).status).toBe(404)
  })

  it('ends the cookies of the old path', async () => {
    const rig = await openRig()
    const ada = await adaOf(rig)
    await putServer(rig.hub, ada, 'lab')
    const { session } = await openSession(rig.hub, ada)
    const { secret } = await openServerSession(rig.hub, session, { user: 'ada', name: 'lab' })
    await rig.call('PATCH', LAB, ADA, { name: 'new' })
    await rig.call('PUT', LAB, ADA)
    expect(await principalOfServerSession(rig.hub, secret)).toBeUndefined()
  })

  it('starts under the new name with the options', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('PUT', LAB, ADA)
    await rig.call('PATCH', LAB, ADA, { name: 'new', user_options: { cpus: 2 } })
    expect((await rig.call('POST', '/users/ada/servers/new', ADA)).status).toBe(201)
    const server = await findServer(rig.hub, 'ada', 'new')
    expect(server).toMatchObject({ phase: 'ready', userOptions: { cpus: 2 } })
  })

  it('takes a token for the one server and its new name', async () => {
    const rig = await openRig()
    await putServer(rig.hub, await adaOf(rig), 'lab')
    const scopes = ['start:servers!server=ada/lab', 'start:servers!server=ada/new']
    const token = await rig.tokenOf('ada', scopes)
    expect((await rig.call('PATCH', LAB, token, { name: 'new' })).status).toBe(200)
  })

  it('shows the notes of the spawner to those who may see them', async () => {
    const rig = await openRig()
    await putServer(rig.hub, await adaOf(rig), 'lab')
    const body = { display_name: 'x' }
    expect((await rig.call('PATCH', LAB, OPS, body)).body).toHaveProperty('state')
    expect((await rig.call('PATCH', LAB, ADA, body)).body).not.toHaveProperty('state')
  })
})

describe('POST /users/{name}/admin-access', () => {
  it('answers 200 with nothing where the configuration says so', async () => {
    const load_roles = [{ name: 'keeper', scopes: ['servers'], services: ['announce'] }]
    const { call, tokenOf } = await openRig({ config: { admin_access: true, load_roles } })
    for (const token of [OPS, SERVICE, await tokenOf('ops', ['servers!user=ada'])]) {
      const { status, text } = await call('POST', '/users/ada/admin-access', token)
      expect([status, text]).toEqual([200, ''])
    }
  })
})
