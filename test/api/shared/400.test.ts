import { expect, it } from 'vitest'
import { expectError, OPS } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

it.each(['/users/grace/shared', '/groups/class-a/shared'])(
  'GET %s answers 400 for pages that are no numbers',
  async (path) => {
    const { call } = await openShareRig()
    const message = 'Invalid argument type, offset and limit must be integers'
    expectError(await call('GET', `${path}?offset=x`, OPS), 400, message)
    expectError(await call('GET', `${path}?limit=1.5`, OPS), 400, message)
    expect((await call('GET', `${path}?limit=-1`, OPS)).body._pagination.limit).toBe(1)
  },
)
