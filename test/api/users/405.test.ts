import { expect, it } from 'vitest'
import { ADA, expectError, openRig } from '../harness.ts'

it.each([
  ['HEAD', '/users'],
  ['PUT', '/users'],
  ['PATCH', '/users'],
  ['DELETE', '/users'],
  ['HEAD', '/users/ada'],
  ['PUT', '/users/ada'],
])('%s %s is not allowed, whoever asks', async (method, path) => {
  const { call } = await openRig()
  for (const who of [undefined, ADA, null]) {
    const answer = await call(method, path, who)
    if (method === 'HEAD') expect([answer.status, answer.text]).toEqual([405, ''])
    else expectError(answer, 405, null)
  }
})
