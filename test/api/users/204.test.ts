import { describe, expect, it } from 'vitest'
import { membersOf } from '../../../src/hub/groups/groups.ts'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { expectError, openRig, runServers, SERVICE } from '../harness.ts'

describe('DELETE /users/{name}', () => {
  it('removes the user with their tokens', async () => {
    const { call, hub, tokenOf } = await openRig()
    const token = await tokenOf('grace', ['inherit'])
    const { status, text, headers } = await call('DELETE', '/users/grace')
    expect([status, text, headers.get('content-type')]).toEqual([204, '', null])
    expect(await findUser(hub, 'grace')).toBeUndefined()
    expectError(await call('DELETE', '/users/grace'), 404, null)
    expect((await call('GET', '/user', token)).status).toBe(403)
  })

  it('takes them out of their groups', async () => {
    const { call, hub } = await openRig({ config: { load_groups: { a: { users: ['grace'] } } } })
    expect((await call('DELETE', '/users/Grace')).status).toBe(204)
    expect(await membersOf(hub, 'a')).toEqual([])
  })

  it('stops all their servers first', async () => {
    const rig = await openRig()
    runServers(rig)
    expect((await rig.call('POST', '/users/ada/server')).status).toBe(201)
    expect((await rig.call('POST', '/users/ada/servers/gpu')).status).toBe(201)
    expect((await rig.call('DELETE', '/users/ada')).status).toBe(204)
    expect(await findServer(rig.hub, 'ada', 'gpu')).toBeUndefined()
  })

  it('needs delete:users and no more for users who are no admins', async () => {
    const config = {
      load_roles: [{ name: 'clerk', scopes: ['delete:users'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    expect((await call('DELETE', '/users/ada', SERVICE)).status).toBe(204)
  })
})
