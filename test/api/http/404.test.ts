import { expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

it.each([
  '/nothing',
  '/users/',
  '/groups/',
  '/users/ada/servers',
  '/users/ada/nothing',
  '/users//tokens',
  '/USERS',
  '/users/ada/',
  '/groups/g/',
  '/users;x',
])('a path that there is not answers 404 without a text to anybody: %s', async (path) => {
  const { call } = await openRig()
  for (const who of [null, OPS, 'unknown-token']) {
    expectError(await call('GET', path, who), 404, null)
  }
})

it('a path that there is not answers 404 to every method', async () => {
  const { call } = await openRig()
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await call(method, '/nothing', null)
    expect([method, answer.status]).toEqual([method, 404])
  }
})
