import { expect, it } from 'vitest'
import { MAX_BODY } from '../../../src/api/read-body.ts'
import { ADA, expectError, OPS, openRig } from '../harness.ts'

const LONG = `{"name":"${'x'.repeat(MAX_BODY)}"}`

it.each([
  ['POST', '/users'],
  ['POST', '/users/dave'],
  ['PATCH', '/users/ada'],
])('%s %s takes no body of more than 1 MiB', async (method, path) => {
  const { call } = await openRig()
  expectError(await call(method, path, OPS, LONG), 413, /^The request body is too large/)
  expect((await call(method, path, ADA, LONG)).status).toBe(403)
})
