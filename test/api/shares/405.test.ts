import { expect, it } from 'vitest'
import { ADA, expectError } from '../harness.ts'
import { openShareRig } from './support.ts'

it.each([
  ['/shares/ada', ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']],
  ['/shares/ada/', ['HEAD', 'PUT']],
  ['/shares/ada/gpu', ['HEAD', 'PUT']],
])('%s has no other methods', async (path, methods) => {
  const { call } = await openShareRig()
  for (const method of methods) {
    const answer = await call(method, path, ADA, method === 'HEAD' ? undefined : { user: 'grace' })
    if (method === 'HEAD') expect([answer.status, answer.text]).toEqual([405, ''])
    else expectError(answer, 405, null)
  }
})
