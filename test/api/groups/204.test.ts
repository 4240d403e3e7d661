import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

describe('DELETE /groups/{group}', () => {
  it('removes one, and its members lose it', async () => {
    const { call } = await openRig()
    await call('POST', '/groups/x', OPS, { users: ['ada'] })
    const { status, text, headers } = await call('DELETE', '/groups/x')
    expect([status, text, headers.get('content-type')]).toEqual([204, '', null])
    expectError(await call('DELETE', '/groups/x'), 404, 'No such group: x')
    expect((await call('GET', '/users/ada')).body.groups).toEqual([])
  })

  it('leaves nothing to a new group of the name', async () => {
    const { call } = await openRig()
    await call('POST', '/groups/x', OPS, { users: ['ada'] })
    await call('PUT', '/groups/x/properties', OPS, { room: 1 })
    await call('DELETE', '/groups/x')
    const { body } = await call('POST', '/groups/x')
    expect(body).toMatchObject({ users: [], properties: {} })
  })
})
