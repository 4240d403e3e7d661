import { expect, it } from 'vitest'
import { expectError, OPS } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

it.each([
  ['/users/grace/shared', ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']],
  ['/users/grace/shared/ada/', ['HEAD', 'POST', 'PUT', 'PATCH']],
  ['/users/grace/shared/ada/gpu', ['HEAD', 'POST', 'PUT', 'PATCH']],
  ['/groups/class-a/shared', ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']],
  ['/groups/class-a/shared/ada/', ['HEAD', 'POST', 'PUT', 'PATCH']],
  ['/groups/class-a/shared/ada/gpu', ['HEAD', 'POST', 'PUT', 'PATCH']],
])('%s has no other methods', async (path, methods) => {
  const { call } = await openShareRig()
  for (const method of methods) {
    const answer = await call(method, path, OPS)
    if (method === 'HEAD') expect([answer.status, answer.text]).toEqual([405, ''])
    else expectError(answer, 405, null)
  }
})
