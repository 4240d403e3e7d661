import { describe, expect, it } from 'vitest'
import { requestStart } from '../../../src/hub/servers/servers.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { ADA, OPS, openRig, SERVICE } from '../harness.ts'

describe('POST /users/{name}/activity', () => {
  it('notes the times of user and server, each on its own', async () => {
    const { call, hub } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, 'gpu', { wanted: 'running', phase: 'spawning' })
    const answer = await call('POST', '/users/ada/activity', OPS, {
      last_activity: '2026-11-22T20:00:00.5+02:00',
      servers: { gpu: { last_activity: '2026-11-22' } },
    })
    expect([answer.status, answer.text]).toEqual([200, ''])
    const { body } = await call('GET', '/users/ada')
    expect(body.last_activity).toBe('2026-11-22T18:00:00.500Z')
    expect(body.servers.gpu.last_activity).toBe('2026-11-22T00:00:00.000Z')
  })

  it('notes one without the other', async () => {
    const { call, hub } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, '', { wanted: 'running', phase: 'spawning' })
    const report = (body: object) => call('POST', '/users/ada/activity', OPS, body)
    await report({ last_activity: null, servers: { '': { last_activity: '2026-11-21' } } })
    const first = (await call('GET', '/users/ada')).body
    expect(first.last_activity).toBeNull()
    expect(first.servers[''].last_activity).toBe('2026-11-21T00:00:00.000Z')
    await report({ last_activity: '2026-11-22', servers: null })
    const second = (await call('GET', '/users/ada')).body
    expect(second.last_activity).toBe('2026-11-22T00:00:00.000Z')
    expect(second.servers[''].last_activity).toBe('2026-11-21T00:00:00.000Z')
  })

  it('moves forward only', async () => {
    const { call } = await openRig()
    const report = (last_activity: string) =>
      call('POST', '/users/ada/activity', OPS, { last_activity })
    await report('2026-11-22T12:00:00Z')
    expect((await report('2026-11-22T11:00:00Z')).status).toBe(200)
    expect((await call('GET', '/users/ada')).body.last_activity).toBe('2026-11-22T12:00:00.000Z')
  })

  it('takes what a clock says that is less than an hour ahead', async () => {
    const { call } = await openRig()
    const body = { last_activity: '2026-11-22T22:00:00Z', more: 1 }
    expect((await call('POST', '/users/ada/activity', OPS, body)).status).toBe(200)
  })

  it('answers users for themselves, and whoever holds the scope for them', async () => {
    const config = {
      load_groups: { a: { users: ['ada'] } },
      load_roles: [{ name: 'clock', scopes: ['users:activity!group=a'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    const body = { last_activity: '2026-11-22' }
    expect((await call('POST', '/users/ada/activity', ADA, body)).status).toBe(200)
    expect((await call('POST', '/users/ADA/activity', SERVICE, body)).status).toBe(200)
  })

  it('answers a server for itself before it is ready, which is no use of the hub by its owner', async () => {
    const config = { spawner: { kind: 'process' as const, notebook_auth: 'oauth' as const } }
    const { activity, call, hub } = await openRig({ config })
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    const { secret } = await requestStart(hub, { user: ada, name: 'gpu', by: 'ada' })
    const token = secret ?? ''
    const report = { servers: { gpu: { last_activity: '2026-11-22T21:30:00Z' } } }
    hub.clock.advance(60_000)
    expect((await call('POST', '/users/ada/activity', token, report)).status).toBe(200)
    const { body } = await call('GET', '/users/ada')
    expect(body.servers.gpu.last_activity).toBe('2026-11-22T21:30:00.000Z')
    expect(body.last_activity).toBe('2026-11-22T21:08:19.673Z')
    expect(await activity.lastOfUser(ada.id)).toBe(Date.parse('2026-11-22T21:08:19.673Z'))
  })
})
