import { describe, expect, it } from 'vitest'
import { findUser } from '../../src/hub/users.ts'
import { putServer } from '../support/people.ts'
import { ADA, expectError, GRACE, OPS, openRig, SERVICE } from './harness.ts'

const SHAPE = 'servers must be a dict of the form {server_name: {last_activity: timestamp}}'

describe('POST /users/{name}/activity', () => {
  it('notes the times of user and server, each on its own', async () => {
    const { call, hub } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, 'gpu', { wanted: 'running', phase: 'spawning' })
    const answer = await call('POST', '/users/ada/activity', OPS, {
      last_activity: '2026-11-22T20:00:00.5+02:00',
      servers: { gpu: { last_activity: '2026-11-22' } },
    })
    expect([answer.status, answer.text]).toEqual([200, ''])
    const { body } = await call('GET', '/users/ada')
    expect(body.last_activity).toBe('2026-11-22T18:00:00.500Z')
    expect(body.servers.gpu.last_activity).toBe('2026-11-22T00:00:00.000Z')
  })

  it('moves forward only', async () => {
    const { call } = await openRig()
    const report = (last_activity: string) =>
      call('POST', '/users/ada/activity', OPS, { last_activity })
    await report('2026-11-22T12:00:00Z')
    expect((await report('2026-11-22T11:00:00Z')).status).toBe(200)
    expect((await call('GET', '/users/ada')).body.last_activity).toBe('2026-11-22T12:00:00.000Z')
  })

  it.each([
    [undefined, 'body must be a json dict'],
    [[], 'body must be a json dict'],
    [{}, 'body must contain at least one of `last_activity` or `servers`'],
    [{ servers: {} }, 'body must contain at least one of `last_activity` or `servers`'],
    [{ last_activity: 5 }, 'Not a valid timestamp: 5'],
    [{ last_activity: '2026-02-30' }, 'Not a valid timestamp: 2026-02-30'],
    [{ last_activity: 'yesterday' }, 'Not a valid timestamp: yesterday'],
    [{ servers: 5 }, SHAPE],
    [{ servers: { '': 5 } }, SHAPE],
    [{ servers: { '': {} } }, SHAPE],
    [{ servers: { '': { last_activity: null } } }, 'Not a valid timestamp: null'],
    [{ servers: { x: { last_activity: '2026-11-22' } } }, "No such server 'x' for user ada"],
    [
      { last_activity: '2026-11-23T00:00:00Z' },
      'Rejecting activity from more than an hour in the future: 2026-11-23T00:00:00Z',
    ],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ada/activity', OPS, body), 400, message)
  })

  it('answers 404 for a missing user, 403 or 404 without the scope', async () => {
    const { call } = await openRig()
    const body = { last_activity: '2026-11-22' }
    expectError(
      await call('POST', '/users/nobody/activity', OPS, body),
      404,
      "No such user: 'nobody'",
    )
    expectError(await call('POST', '/users/ada/activity', GRACE, body), 404, /^No access/)
    expectError(await call('POST', '/users/ada/activity', SERVICE, body), 403, /users:activity/)
    expect((await call('POST', '/users/ada/activity', ADA, body)).status).toBe(200)
  })
})
