import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

const SHAPE = 'servers must be a dict of the form {server_name: {last_activity: timestamp}}'
const EMPTY = 'body must contain at least one of `last_activity` or `servers`'

describe('POST /users/{name}/activity', () => {
  it.each([
    [undefined, 'body must be a json dict'],
    ['null', 'body must be a json dict'],
    [[], 'body must be a json dict'],
    ['{', 'Invalid JSON in body of request'],
    [{}, EMPTY],
    [{ servers: {} }, EMPTY],
    [{ last_activity: null, servers: null }, EMPTY],
    [{ last_activity: 5 }, 'Not a valid timestamp: 5'],
    [{ last_activity: '2026-02-30' }, "Not a valid timestamp: '2026-02-30'"],
    [{ last_activity: 'yesterday' }, "Not a valid timestamp: 'yesterday'"],
    [{ last_activity: '' }, "Not a valid timestamp: ''"],
    [{ servers: 5 }, SHAPE],
    [{ servers: { '': 5 } }, SHAPE],
    [{ servers: { '': {} } }, SHAPE],
    [{ servers: { '': { last_activity: null } } }, 'Not a valid timestamp: null'],
    [{ servers: { x: { last_activity: '2026-11-22' } } }, "No such server 'x' for user ada"],
    [
      { last_activity: '2026-11-23T00:00:00+01:00' },
      'Rejecting activity from more than an hour in the future: 2026-11-22T23:00:00Z',
    ],
    [
      { servers: { '': { last_activity: '2026-11-23T00:00:00.5' } } },
      'Rejecting activity from more than an hour in the future: 2026-11-23T00:00:00.500Z',
    ],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ada/activity', OPS, body), 400, message)
  })

  it('notes nothing of a report of which a part is refused', async () => {
    const { call } = await openRig()
    await call('POST', '/users/ada/activity', OPS, {
      last_activity: '2026-11-22',
      servers: { x: { last_activity: '2026-11-22' } },
    })
    expect((await call('GET', '/users/ada')).body.last_activity).toBeNull()
  })
})
