import { describe, expect, it } from 'vitest'
import { expectError, openRig, SERVICE } from '../harness.ts'

describe('POST /users/{name}/activity', () => {
  it('answers 403 without the scope and without a credential', async () => {
    const { call, tokenOf } = await openRig()
    const body = { last_activity: '2026-11-22' }
    const message = 'Action is not authorized with current scopes; requires any of [users:activity]'
    expectError(await call('POST', '/users/ada/activity', SERVICE, body), 403, message)
    const reader = await tokenOf('ada', ['read:users!user=ada', 'servers!user=ada'])
    expectError(await call('POST', '/users/ada/activity', reader, body), 403, message)
    const nobody = await call('POST', '/users/ada/activity', null, body)
    expectError(nobody, 403, 'Missing or invalid credentials.')
    expect((await call('GET', '/users/ada')).body.last_activity).toBe('2026-11-22T21:08:19.673Z')
  })
})
