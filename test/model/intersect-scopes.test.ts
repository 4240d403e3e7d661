import { expect, test } from 'vitest'
import { expandScopes } from '../../src/model/expand-scopes.ts'
import { intersectScopes, usersNamed } from '../../src/model/intersect-scopes.ts'
import { listScopes } from '../../src/model/list-scopes.ts'
import type { ScopeSet } from '../../src/model/scope-set.ts'
import { isSubset, missingScopes } from '../../src/model/subset-scopes.ts'
import { unionScopes } from '../../src/model/union-scopes.ts'

const groupsOf = (user: string): readonly string[] => (user === 'ada' ? ['red', 'blue'] : [])

const expand = (raw: readonly string[]): ScopeSet =>
  expandScopes(raw, { kind: 'user', name: 'nobody' }, {})

test.each([
  ['scopes that only one side has are lost', ['proxy'], ['shutdown'], []],
  ['everything and something is something', ['proxy'], ['proxy!user=ada'], ['proxy!user=ada']],
  [
    'filters of one kind meet by name',
    ['proxy!user=a', 'proxy!user=b'],
    ['proxy!user=b'],
    ['proxy!user=b'],
  ],
  [
    'bases meet after expansion',
    ['list:users!user=ada'],
    ['read:users:name'],
    ['read:users:name!user=ada'],
  ],
  [
    'a user covers their servers',
    ['proxy!user=ada'],
    ['proxy!server=ada/x'],
    ['proxy!server=ada/x'],
  ],
  [
    'a server is of the user before the first slash',
    ['proxy!user=ada'],
    ['proxy!server=ada/x/y'],
    ['proxy!server=ada/x/y'],
  ],
  [
    'a user does not cover servers of a longer name',
    ['proxy!user=ada'],
    ['proxy!server=adam/x'],
    [],
  ],
  ['a group covers its members', ['proxy!group=red'], ['proxy!user=ada'], ['proxy!user=ada']],
  [
    "a group covers its members' servers",
    ['proxy!group=red'],
    ['proxy!server=ada/'],
    ['proxy!server=ada/'],
  ],
  [
    'a group does not cover others',
    ['proxy!group=red'],
    ['proxy!user=bob', 'proxy!server=bob/'],
    [],
  ],
  [
    'two groups that share members have nothing in common',
    ['proxy!group=red'],
    ['proxy!group=blue'],
    [],
  ],
  ['a server of another user is not covered', ['proxy!server=ada/'], ['proxy!user=bob'], []],
  ['a service is not a user of the same name', ['proxy!service=ada'], ['proxy!user=ada'], []],
  ['a group is not a user of the same name', ['proxy!group=ada'], ['proxy!user=ada'], []],
  ['names are compared whole', ['proxy!user=a=b'], ['proxy!user=a'], []],
  [
    'each side contributes what the other covers',
    ['proxy!user=ada', 'proxy!server=bob/'],
    ['proxy!user=bob', 'proxy!server=ada/x'],
    ['proxy!server=ada/x', 'proxy!server=bob/'],
  ],
])('%s', (_rule, a, b, expected) => {
  const both = intersectScopes(expand(a), expand(b), groupsOf)
  expect(listScopes(both)).toEqual(expected)
  expect(listScopes(intersectScopes(expand(b), expand(a), groupsOf))).toEqual(listScopes(both))
})

test('usersNamed gives users and owners of servers, not groups or services', () => {
  const set = expand([
    'proxy!user=a',
    'proxy!server=b/x',
    'proxy!group=c',
    'proxy!service=d',
    'users',
  ])
  expect([...usersNamed(set)].sort()).toEqual(['a', 'b'])
})

test.each([
  ['everything holds something', ['proxy!user=ada'], ['proxy'], []],
  ['something does not hold everything', ['proxy'], ['proxy!user=ada'], ['proxy']],
  ['a group holds a member', ['proxy!user=ada'], ['proxy!group=red'], []],
  ['a member does not hold a group', ['proxy!group=red'], ['proxy!user=ada'], ['proxy!group=red']],
  ['a user holds their servers', ['proxy!server=ada/x'], ['proxy!user=ada'], []],
  [
    'what is missing is named in order',
    ['shutdown', 'proxy!user=b', 'proxy!user=a'],
    ['proxy!user=c'],
    ['proxy!user=a', 'proxy!user=b', 'shutdown'],
  ],
  ['nothing is held by nothing', [], [], []],
])('of a subset: %s', (_rule, inner, outer, missing) => {
  expect(missingScopes(expand(inner), expand(outer), groupsOf)).toEqual(missing)
  expect(isSubset(expand(inner), expand(outer), groupsOf)).toBe(missing.length === 0)
})

test('a union leaves the sets that it was made of as they were', () => {
  const [a, b] = [expand(['proxy!user=a']), expand(['proxy!user=b', 'shutdown'])]
  expect(listScopes(unionScopes(a, b))).toEqual(['proxy!user=a', 'proxy!user=b', 'shutdown'])
  expect([listScopes(a), listScopes(b)]).toEqual([['proxy!user=a'], ['proxy!user=b', 'shutdown']])
})

test('a union of nothing is nothing', () => {
  expect(listScopes(unionScopes())).toEqual([])
})
