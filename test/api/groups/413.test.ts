import { it } from 'vitest'
import { MAX_BODY } from '../../../src/api/read-body.ts'
import { expectError, OPS, openRig } from '../harness.ts'

it.each([
  ['POST', '/groups'],
  ['POST', '/groups/x'],
  ['POST', '/groups/g/users'],
  ['DELETE', '/groups/g/users'],
  ['PUT', '/groups/g/properties'],
])('%s %s takes no body of more than 1 MiB', async (method, path) => {
  const { call } = await openRig({ config: { load_groups: { g: {} } } })
  const body = `{"name":"${'x'.repeat(MAX_BODY)}"}`
  expectError(await call(method, path, OPS, body), 413, /^The request body is too large/)
})
