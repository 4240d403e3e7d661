import { expect, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

it.each([
  ['/groups', ['HEAD', 'PUT', 'PATCH', 'DELETE']],
  ['/groups/g', ['HEAD', 'PUT', 'PATCH']],
  ['/groups/g/users', ['GET', 'HEAD', 'PUT', 'PATCH']],
  ['/groups/g/properties', ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']],
])('%s has no other methods', async (path, methods) => {
  const { call } = await openRig({ config: { load_groups: { g: {} } } })
  for (const method of methods) {
    const answer = await call(method, path)
    if (method === 'HEAD') expect([answer.status, answer.text]).toEqual([405, ''])
    else expectError(answer, 405, null)
  }
})
