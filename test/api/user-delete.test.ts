import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers.ts'
import { findUser } from '../../src/hub/users.ts'
import { ADA, expectError, OPS, openRig, runServers, SERVICE } from './harness.ts'

describe('DELETE /users/{name}', () => {
  it('removes the user with their tokens', async () => {
    const { call, hub } = await openRig()
    const { status, text, headers } = await call('DELETE', '/users/grace')
    expect([status, text, headers.get('content-type')]).toEqual([204, '', null])
    expect(await findUser(hub, 'grace')).toBeUndefined()
    expectError(await call('DELETE', '/users/grace'), 404, null)
  })

  it('stops all their servers first', async () => {
    const rig = await openRig()
    runServers(rig)
    expect((await rig.call('POST', '/users/ada/server')).status).toBe(201)
    expect((await rig.call('POST', '/users/ada/servers/gpu')).status).toBe(201)
    expect((await rig.call('DELETE', '/users/ada')).status).toBe(204)
    expect(await findServer(rig.hub, 'ada', 'gpu')).toBeUndefined()
  })

  it('answers 400 while a server takes longer to stop, and works once it has', async () => {
    const rig = await openRig({ config: { slow_spawn_timeout: 0.5 } })
    const spawner = runServers(rig)
    await rig.call('POST', '/users/ada/server')
    const gate = Promise.withResolvers<void>()
    spawner.stopGate = gate.promise
    const message = "ada's server is in the process of stopping, please wait."
    expectError(await rig.call('DELETE', '/users/ada'), 400, message)
    expect(await findUser(rig.hub, 'ada')).toBeDefined()
    gate.resolve()
    expect((await rig.call('DELETE', '/users/ada')).status).toBe(204)
  })

  it('refuses to delete oneself', async () => {
    const { call } = await openRig()
    expectError(await call('DELETE', '/users/ops', OPS), 400, 'Cannot delete yourself!')
  })

  it('answers 403 without the scope, and to others than admins for an admin', async () => {
    const config = {
      load_roles: [{ name: 'clerk', scopes: ['delete:users'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    expectError(await call('DELETE', '/users/ada', ADA), 403, /delete:users/)
    expectError(
      await call('DELETE', '/users/ops', SERVICE),
      403,
      'Only admins can delete other admins',
    )
    expect((await call('DELETE', '/users/ada', SERVICE)).status).toBe(204)
  })
})
