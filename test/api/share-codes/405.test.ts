import { expect, it } from 'vitest'
import { ADA, expectError } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

it.each([
  ['/share-codes/ada', ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']],
  ['/share-codes/ada/', ['HEAD', 'PUT', 'PATCH']],
  ['/share-codes/ada/gpu', ['HEAD', 'PUT', 'PATCH']],
])('%s has no other methods', async (path, methods) => {
  const { call } = await openShareRig()
  for (const method of methods) {
    const answer = await call(method, path, ADA)
    if (method === 'HEAD') expect([answer.status, answer.text]).toEqual([405, ''])
    else expectError(answer, 405, null)
  }
})
