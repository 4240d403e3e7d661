import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { ADA, OPS, openRig, runServers } from '../harness.ts'

const GPU = '/users/ada/servers/gpu'

describe('PUT /users/{name}/servers/{server}', () => {
  it('makes a server and does not start it', async () => {
    const rig = await openRig()
    runServers(rig)
    const { status, body } = await rig.call('PUT', GPU, ADA)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: 'gpu',
      display_name: 'gpu',
      full_name: 'ada/gpu',
      last_activity: null,
      started: null,
      pending: null,
      ready: false,
      stopped: true,
      url: '/user/ada/gpu/',
      user_options: {},
    })
    expect(await findServer(rig.hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped', by: 'ada' })
    expect((await rig.call('GET', GPU, ADA)).body).toEqual(body)
  })

  it.each([
    [{ cpus: 2 }, { display_name: 'gpu', user_options: { cpus: 2 } }],
    [
      { display_name: 'My GPU', user_options: { cpus: 2 }, x: 1 },
      { display_name: 'My GPU', user_options: { cpus: 2 } },
    ],
    [
      { display_name: 'My GPU', cpus: 2 },
      { display_name: 'My GPU', user_options: {} },
    ],
    [{ user_options: null }, { display_name: 'gpu', user_options: {} }],
    [{ display_name: '' }, { display_name: 'gpu' }],
  ])('reads its body as a start does: %j', async (body, expected) => {
    const { call } = await openRig()
    expect((await call('PUT', GPU, ADA, body)).body).toMatchObject(expected)
  })

  it('starts later with what it was made with', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('PUT', GPU, ADA, { cpus: 2 })
    expect((await rig.call('POST', GPU, ADA)).status).toBe(201)
    const { body } = await rig.call('GET', GPU, ADA)
    expect(body).toMatchObject({ ready: true, user_options: { cpus: 2 } })
  })

  it('takes a token for just this server, and shows the notes to those who may see them', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ada', ['start:servers!server=ada/gpu'])
    const made = await call('PUT', GPU, token)
    expect(made.status).toBe(201)
    expect(made.body).not.toHaveProperty('state')
    const other = await call('PUT', '/users/Ada/servers/other', OPS)
    expect(other.body).toMatchObject({ full_name: 'ada/other', state: {} })
  })
})

describe('POST /users/{name}/servers/{server}', () => {
  it('answers 201 with an empty text when the server is ready in time', async () => {
    const rig = await openRig()
    runServers(rig)
    const { status, text, headers } = await rig.call('POST', '/users/ada/server', ADA)
    expect([status, text, headers.get('content-type')]).toEqual([201, '', 'text/plain'])
    const { body } = await rig.call('GET', '/users/ada', ADA)
    expect(body).toMatchObject({ server: '/user/ada/', pending: null })
    expect(body.servers['']).toMatchObject({ ready: true, stopped: false, url: '/user/ada/' })
  })

  it.each(['/users/ada/servers/', '/users/Ada/server'])(
    'starts the default server at %s too',
    async (path) => {
      const rig = await openRig()
      runServers(rig)
      expect((await rig.call('POST', path, ADA)).status).toBe(201)
      expect((await findServer(rig.hub, 'ada', ''))?.phase).toBe('ready')
    },
  )

  it('counts as a use of the server, and as activity of its owner', async () => {
    const rig = await openRig()
    runServers(rig)
    rig.hub.clock.advance(3_600_000)
    const now = '2026-11-22T22:08:19.673Z'
    await rig.call('POST', '/users/ada/server', OPS)
    const { body } = await rig.call('GET', '/users/ada')
    expect(body.last_activity).toBe(now)
    expect(body.servers['']).toMatchObject({ last_activity: now, started: now })
  })

  it('starts again after a failure', async () => {
    const rig = await openRig()
    const spawner = runServers(rig)
    spawner.fate = 'fails'
    await rig.call('POST', '/users/ada/server', ADA)
    spawner.fate = 'ready'
    expect((await rig.call('POST', '/users/ada/server', ADA)).status).toBe(201)
  })

  it('takes the last options when it has none', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('POST', GPU, ADA, { cpus: 2 })
    expect((await rig.call('DELETE', GPU, ADA)).status).toBe(204)
    expect((await rig.call('POST', GPU, ADA)).status).toBe(201)
    const { body } = await rig.call('GET', GPU, ADA)
    expect(body.user_options).toEqual({ cpus: 2 })
  })

  it('gives a server that there is another display name, the default one none', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('PUT', GPU, ADA)
    expect((await rig.call('POST', GPU, ADA, { display_name: 'My GPU' })).status).toBe(201)
    expect((await rig.call('GET', GPU, ADA)).body.display_name).toBe('My GPU')
    await rig.call('POST', '/users/ada/server', ADA, { display_name: 'Mine' })
    expect((await rig.call('GET', '/users/ada/server', ADA)).body.display_name).toBe('')
  })
})
