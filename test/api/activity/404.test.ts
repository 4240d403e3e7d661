import { describe, it } from 'vitest'
import { expectError, GRACE, OPS, openRig } from '../harness.ts'

const BODY = { last_activity: '2026-11-22' }

describe('POST /users/{name}/activity', () => {
  it('answers 404 for a missing user', async () => {
    const { call } = await openRig()
    const answer = await call('POST', '/users/nobody/activity', OPS, BODY)
    expectError(answer, 404, "No such user: 'nobody'")
  })

  it('answers 404 for somebody else, whether or not there is such a user', async () => {
    const { call } = await openRig()
    for (const path of ['/users/ada/activity', '/users/nobody/activity']) {
      const answer = await call('POST', path, GRACE, BODY)
      expectError(answer, 404, 'No access to resources or resources not found')
    }
  })
})
