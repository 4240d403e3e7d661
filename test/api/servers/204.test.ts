import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { ADA, expectError, openRig, runServers } from '../harness.ts'

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
})
