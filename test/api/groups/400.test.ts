import { describe, expect, it } from 'vitest'
import { findGroup, membersOf } from '../../../src/hub/groups/groups.ts'
import { expectError, OPS, openRig } from '../harness.ts'

const GROUP = { load_groups: { 'formgrade-data301': { users: ['ada'] } } }
const PATH = '/groups/formgrade-data301/users'
const NO_GROUPS = 'Must specify at least one group to create'

describe('GET /groups', () => {
  it.each(['limit=x', 'offset=1e3'])('answers 400 for %s', async (query) => {
    const { call } = await openRig()
    const message = 'Invalid argument type, offset and limit must be integers'
    expectError(await call('GET', `/groups?${query}`), 400, message)
  })
})

describe('POST /groups', () => {
  it.each([
    [1001, 0, 'groups must be at most 1000 entries long'],
    [1, 10_001, 'users must be at most 10000 entries long'],
    [101, 1000, /^The groups would have more than 100000 members together/],
  ])('looks at a bounded number of names: not %i groups with %i users', async (g, u, message) => {
    const { call } = await openRig()
    const names = (count: number, letter: string) =>
      Array.from({ length: count }, (_, i) => `${letter}${i}`)
    const body = { groups: names(g, 'g'), users: names(u, 'u') }
    expectError(await call('POST', '/groups', OPS, body), 400, message)
  })

  it.each([
    [undefined, NO_GROUPS],
    ['null', NO_GROUPS],
    [[], NO_GROUPS],
    [{}, NO_GROUPS],
    [{ groups: [] }, NO_GROUPS],
    [{ groups: null }, NO_GROUPS],
    [{ groups: 'x' }, 'groups must be a list, not a string'],
    [{ groups: ['x', 1] }, 'groups.1 must be a string, not a number'],
    [{ groups: ['x'], users: 'ada' }, 'users must be a list, not a string'],
    [{ groups: ['x'], users: [1] }, 'users.0 must be a string, not a number'],
    [{ groups: ['x'], extra: 1 }, 'Invalid JSON keys: extra'],
    [{ groups: ['x', ''] }, 'Invalid group name: ""'],
    [{ groups: ['x', '..'] }, 'Invalid group name: ".."'],
    [{ groups: ['x', 'a\u0000b'] }, /^Invalid group name/],
    [{ groups: ['x', 'g'.repeat(256)] }, /^Invalid group name/],
    [{ groups: ['x'], users: ['ada', 'nobody'] }, 'No such user: nobody'],
  ])('answers 400 for %j and makes none', async (body, message) => {
    const { call, hub } = await openRig()
    expectError(await call('POST', '/groups', OPS, body), 400, message)
    expect(await findGroup(hub, 'x')).toBeUndefined()
  })
})

describe('POST /groups/{group}', () => {
  it.each([
    ['/groups/x', [], 'Invalid JSON data: must be an object, not a list'],
    ['/groups/x', { users: 'ada' }, 'users must be a list, not a string'],
    ['/groups/x', { users: ['nobody'] }, 'No such user: nobody'],
    ['/groups/x', { properties: {} }, 'Invalid JSON keys: properties'],
    ['/groups/x', { name: 5 }, 'name must be a string, not a number'],
    ['/groups/a%00b', undefined, /^Invalid group name/],
    [`/groups/${'x'.repeat(256)}`, undefined, /^Invalid group name/],
  ])('answers 400 for %.30s with %j and makes none', async (path, body, message) => {
    const { call, hub } = await openRig()
    expectError(await call('POST', path, OPS, body), 400, message)
    expect(await findGroup(hub, 'x')).toBeUndefined()
  })
})

describe.each([
  ['POST', 'add'],
  ['DELETE', 'delete'],
])('%s /groups/{group}/users', (method, verb) => {
  it.each([
    [undefined, `Must specify users to ${verb}`],
    ['null', `Must specify users to ${verb}`],
    [[], `Must specify users to ${verb}`],
    [{}, `Must specify users to ${verb}`],
    [{ name: 'x' }, `Must specify users to ${verb}`],
    [{ users: null }, 'users must be a list, not null'],
    [{ users: 'ada' }, 'users must be a list, not a string'],
    [{ users: [1] }, 'users.0 must be a string, not a number'],
    [{ users: ['ada', 'nobody'] }, 'No such user: nobody'],
    [{ users: ['grace', 'nobody'] }, 'No such user: nobody'],
    [{ users: ['a/b'] }, 'No such user: a/b'],
    [{ users: ['grace'], x: 1 }, 'Invalid JSON keys: x'],
  ])('answers 400 for %j and changes nothing', async (body, message) => {
    const { call, hub } = await openRig({ config: GROUP })
    expectError(await call(method, PATH, OPS, body), 400, message)
    expect(await membersOf(hub, 'formgrade-data301')).toEqual(['ada'])
  })
})

describe('PUT /groups/{group}/properties', () => {
  it.each([[undefined], ['null'], [[]], ['5'], ['"x"']])('answers 400 for %j', async (body) => {
    const { call } = await openRig({ config: GROUP })
    const answer = await call('PUT', '/groups/formgrade-data301/properties', OPS, body)
    expectError(answer, 400, 'Must specify properties')
  })
})
