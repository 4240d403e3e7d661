import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers.ts'
import { ADA, expectError, GRACE, openRig, runServers, SERVICE } from './harness.ts'

const GPU = '/users/ada/servers/gpu'

describe('DELETE /users/{name}/servers/{server}', () => {
  it('stops, and stopping again is fine', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('POST', GPU, ADA)
    const { status, text, headers } = await rig.call('DELETE', GPU, ADA)
    expect([status, text, headers.get('content-type')]).toEqual([204, '', null])
    expect((await rig.call('DELETE', GPU, ADA)).status).toBe(204)
    expect((await rig.call('GET', GPU, ADA)).body).toMatchObject({ stopped: true, started: null })
  })

  it('answers 204 for a default server that was never started', async () => {
    const { call } = await openRig()
    expect((await call('DELETE', '/users/ada/server', ADA)).status).toBe(204)
  })

  it('answers 202 while it takes longer, and to who asks again', async () => {
    const rig = await openRig({ config: { slow_spawn_timeout: 0.5 } })
    const spawner = runServers(rig)
    await rig.call('POST', GPU, ADA)
    const gate = Promise.withResolvers<void>()
    spawner.stopGate = gate.promise
    const first = await rig.call('DELETE', GPU, ADA)
    expect([first.status, first.headers.get('content-type')]).toEqual([202, 'text/plain'])
    expect((await rig.call('DELETE', GPU, ADA)).status).toBe(202)
    expect((await rig.call('GET', GPU, ADA)).body.pending).toBe('stop')
    gate.resolve()
    await expect
      .poll(async () => (await findServer(rig.hub, 'ada', 'gpu'))?.phase, { timeout: 4000 })
      .toBe('stopped')
  })

  it('cancels a start', async () => {
    const rig = await openRig({ config: { slow_spawn_timeout: 0.5 } })
    runServers(rig).fate = 'never'
    expect((await rig.call('POST', GPU, ADA)).status).toBe(202)
    await rig.call('DELETE', GPU, ADA)
    await expect
      .poll(async () => (await findServer(rig.hub, 'ada', 'gpu'))?.phase, { timeout: 4000 })
      .toBe('stopped')
  })

  it('forgets a named server with remove, running or not', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('POST', GPU, ADA)
    expect((await rig.call('DELETE', GPU, ADA, { remove: true })).status).toBe(204)
    expectError(await rig.call('GET', GPU, ADA), 404, null)
    await rig.call('POST', GPU, ADA)
    await rig.call('DELETE', GPU, ADA)
    expect((await rig.call('DELETE', GPU, ADA, { remove: true })).status).toBe(204)
    expect(await findServer(rig.hub, 'ada', 'gpu')).toBeUndefined()
  })

  it.each([
    ['/users/ada/server', { remove: true }, 'Cannot delete the default server'],
    [GPU, { remove: 'yes' }, 'remove must be true or false, not a string'],
    [GPU, [], 'Invalid JSON data: must be an object, not a list'],
  ])('answers 400 for %s with %j', async (path, body, message) => {
    const { call } = await openRig()
    expectError(await call('DELETE', path, ADA, body), 400, message)
  })

  it('answers 404 for a missing server or user, 403 and 404 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('DELETE', GPU, ADA), 404, "ada has no server named 'gpu'")
    expectError(await call('DELETE', '/users/nobody/server'), 404, null)
    expectError(await call('DELETE', GPU, GRACE), 404, /^No access/)
    expectError(await call('DELETE', GPU, SERVICE), 403, /\[delete:servers\]/)
  })

  it('answers 400 for a named server when they are off', async () => {
    const { call } = await openRig({ config: { allow_named_servers: false } })
    expectError(await call('DELETE', GPU, ADA), 400, 'Named servers are not enabled.')
  })
})

describe('GET /users/{name}/servers/{server}', () => {
  it('shows the default server of who never started it', async () => {
    const { call } = await openRig()
    expect((await call('GET', '/users/ada/server', ADA)).body).toEqual({
      name: '',
      display_name: '',
      full_name: 'ada/',
      last_activity: null,
      started: null,
      pending: null,
      ready: false,
      stopped: true,
      url: '/user/ada/',
      user_options: null,
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
      state: null,
    })
  })

  it('answers 404 for a missing server or user, 403 and 404 without the scope', async () => {
    const { call } = await openRig()
    expectError(await call('GET', GPU), 404, null)
    expectError(await call('GET', '/users/nobody/server'), 404, null)
    expectError(await call('GET', '/users/ada/servers'), 404, null)
    expectError(await call('GET', GPU, GRACE), 404, /^No access/)
    expectError(await call('GET', GPU, SERVICE), 403, /\[read:servers\]/)
  })
})
