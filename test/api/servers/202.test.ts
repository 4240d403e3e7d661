import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { ADA, openRig, runServers } from '../harness.ts'

const GPU = '/users/ada/servers/gpu'
const QUICK = { slow_spawn_timeout: 0.05 }

describe('POST /users/{name}/servers/{server}', () => {
  it('answers 202 while it takes longer, and to who asks again', async () => {
    const rig = await openRig({ config: QUICK })
    runServers(rig).fate = 'never'
    const first = await rig.call('POST', '/users/ada/server', ADA)
    expect([first.status, first.text]).toEqual([202, ''])
    expect((await rig.call('POST', '/users/ada/server', ADA)).status).toBe(202)
    expect((await rig.call('GET', '/users/ada', ADA)).body.pending).toBe('spawn')
  })

  const started = async (body: unknown) => {
    const rig = await openRig({ config: QUICK })
    expect((await rig.call('POST', GPU, ADA, body)).status).toBe(202)
    return findServer(rig.hub, 'ada', 'gpu')
  }

  it('takes a body as the options when it names neither options nor a display name', async () => {
    expect(await started({ cpus: 2 })).toMatchObject({ userOptions: { cpus: 2 } })
  })

  it('takes options and a display name, and drops other keys', async () => {
    const server = await started({ user_options: { cpus: 2 }, display_name: 'My GPU', x: 1 })
    expect(server).toMatchObject({ userOptions: { cpus: 2 }, displayName: 'My GPU' })
    expect(await started({ display_name: 'My GPU', cpus: 1 })).toMatchObject({ userOptions: {} })
  })
})

describe('DELETE /users/{name}/servers/{server}', () => {
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
})
