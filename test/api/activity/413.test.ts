import { it } from 'vitest'
import { MAX_BODY } from '../../../src/api/read-body.ts'
import { expectError, OPS, openRig } from '../harness.ts'

it('POST /users/{name}/activity takes no body of more than 1 MiB', async () => {
  const { call } = await openRig()
  const body = `{"last_activity":"${'2'.repeat(MAX_BODY)}"}`
  expectError(await call('POST', '/users/ada/activity', OPS, body), 413, /too large/)
})
