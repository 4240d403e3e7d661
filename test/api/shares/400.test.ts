import { describe, expect, it } from 'vitest'
import { ADA, expectError, OPS } from '../harness.ts'
import { openShareRig } from './support.ts'

const BAD: [unknown, string | RegExp][] = [
  [undefined, 'Invalid JSON data: must be an object, not nothing'],
  [[], 'Invalid JSON data: must be an object, not a list'],
  [['grace'], 'Invalid JSON data: must be an object, not a list'],
  ['{', 'Invalid JSON in body of request'],
  [{}, 'Specify exactly one of `user` or `group`'],
  [{ scopes: ['access:servers'] }, 'Specify exactly one of `user` or `group`'],
  [{ user: null, group: null }, 'Specify exactly one of `user` or `group`'],
  [{ user: 'grace', group: 'class-a' }, 'Expected exactly one of `user` or `group`, not both.'],
  [{ user: '' }, 'user must not be empty'],
  [{ group: '' }, 'group must not be empty'],
  [{ user: 5 }, 'user must be a string, not a number'],
  [{ user: 'grace', scopes: 'access:servers' }, 'scopes must be a list, not a string'],
  [{ user: 'grace', scopes: [5] }, 'scopes.0 must be a string, not a number'],
  [{ user: 'grace', expires_in: 5, id: 1 }, 'Invalid JSON keys: expires_in, id'],
  [{ user: 'grace', scopes: ['nonsense'] }, "Scope 'nonsense' for share does not exist"],
  [{ user: 'grace', scopes: ['all'] }, "Draft scope 'all' is now called 'inherit'"],
  [
    { user: 'grace', scopes: ['access:servers!server='] },
    /^Scope filter server= '!server=' in scope .* for share does not exist$/,
  ],
  ...['user=ada', 'server=ada/', 'server=ada/gpu2', 'server=grace/gpu', 'server=gpu', 'server'].map(
    (filter): [unknown, string] => [
      { user: 'grace', scopes: ['read:servers', `access:servers!${filter}`] },
      `!${filter} not allowed on sharing access:servers!${filter}, only !server=ada/gpu`,
    ],
  ),
]

describe.each(['POST', 'PATCH'])('%s /shares/{name}/{server}', (method) => {
  it.each(BAD)('answers 400 for %j', async (body, message) => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    expectError(await call(method, '/shares/ada/gpu', OPS, body), 400, message)
    const { items } = (await call('GET', '/shares/ada')).body
    expect(items).toMatchObject([{ scopes: ['access:servers!server=ada/gpu'] }])
  })
})

describe('POST /shares/{name}/{server}', () => {
  it.each([
    [{ user: 'nobody' }, 'No such user: nobody'],
    [{ user: 'a/b' }, 'No such user: a/b'],
    [{ group: 'none' }, 'No such group: none'],
    [{ group: 'a\u0000' }, 'No such group: a\u0000'],
  ])('answers 400 for %j, whom there is not', async (body, message) => {
    const { call, hub } = await openShareRig()
    expectError(await call('POST', '/shares/ada/gpu', OPS, body), 400, message)
    expect(await hub.store.count(['share'])).toBe(0)
  })
})

describe('GET /shares/{name}', () => {
  it('answers 400 for pages that are no numbers', async () => {
    const { call } = await openShareRig()
    const message = 'Invalid argument type, offset and limit must be integers'
    expectError(await call('GET', '/shares/ada?limit=x', ADA), 400, message)
    expectError(await call('GET', '/shares/ada/gpu?offset=', ADA), 400, message)
  })
})
