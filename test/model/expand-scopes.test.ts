import { describe, expect, test } from 'vitest'
import { expandScopes } from '../../src/model/expand-scopes.ts'
import { listScopes } from '../../src/model/list-scopes.ts'
import type { CustomScopes } from '../../src/model/scope-table.ts'

const ADA = { kind: 'user', name: 'ada' } as const
const CULL = { kind: 'service', name: 'cull' } as const

const CUSTOM: CustomScopes = {
  'custom:grades:all': { description: 'All.', subscopes: ['custom:grades:read'] },
  'custom:grades:read': { description: 'Read.', subscopes: [] },
  'custom:loop:a': { description: 'A loop.', subscopes: ['custom:loop:b'] },
  'custom:loop:b': { description: 'A loop.', subscopes: ['custom:loop:a'] },
  'custom:greedy': { description: 'Wants too much.', subscopes: ['admin:users', 'custom:nowhere'] },
  'custom:sly': { description: 'Wants too much.', subscopes: ['read:hub'] },
  'read:hub': { description: 'Replaces one of the hub.', subscopes: ['custom:grades:read'] },
}

test.each([
  ['a scope brings its subscopes', ['list:users'], ['list:users', 'read:users:name']],
  [
    'a scope brings the subscopes of its subscopes',
    ['users'],
    'list:users read:users read:users:activity read:users:groups read:users:name users users:activity'.split(
      ' ',
    ),
  ],
  [
    'a filter goes with the subscopes',
    ['list:users!group=red'],
    ['list:users!group=red', 'read:users:name!group=red'],
  ],
  [
    'a server filter reaches no scope about users',
    ['read:servers!server=bob/'],
    ['read:servers!server=bob/'],
  ],
  ['a scope about users with a server filter gives nothing', ['read:users!server=bob/'], []],
  [
    'a service filter is not taken for a server filter',
    ['read:users:name!service=s'],
    ['read:users:name!service=s'],
  ],
  [
    'an unfiltered scope absorbs a filtered one',
    ['proxy!user=bob', 'proxy', 'proxy!user=cyd'],
    ['proxy'],
  ],
  [
    'several filters add up',
    ['proxy!user=b', 'proxy!group=g', 'proxy!user=a'],
    ['proxy!group=g', 'proxy!user=a', 'proxy!user=b'],
  ],
  ['a name in a filter may hold any character', ['proxy!user=a!b=c d'], ['proxy!user=a!b=c d']],
  ['a bare user filter is the owner', ['proxy!user'], ['proxy!user=ada']],
  ['a bare service filter of a user is dropped', ['proxy!service'], []],
  ['a bare server filter is dropped', ['access:servers!server'], []],
  ['inherit is left to the caller', ['inherit', 'proxy'], ['proxy']],
  [
    'a metascope with a filter is ignored',
    ['self!user=bob', 'inherit!user', '(no_scope)!user=bob'],
    [],
  ],
  ['an unknown scope is ignored', ['nothing', 'constructor', '__proto__', ''], []],
  ['an unknown filter is ignored', ['proxy!role=x', 'proxy!', 'proxy!user=', 'proxy!group'], []],
  [
    'a custom scope brings its subscopes',
    ['custom:grades:all!user'],
    ['custom:grades:all!user=ada', 'custom:grades:read!user=ada'],
  ],
  [
    'custom scopes that bring each other end',
    ['custom:loop:a'],
    ['custom:loop:a', 'custom:loop:b'],
  ],
  ['a custom scope brings no scope of the hub', ['custom:greedy'], ['custom:greedy']],
  ['a custom scope brings no scope of the hub that it redefines', ['custom:sly'], ['custom:sly']],
  ['a custom scope does not replace one of the hub', ['read:hub'], ['read:hub']],
])('%s', (_rule, raw, expected) => {
  expect(listScopes(expandScopes(raw, ADA, CUSTOM))).toEqual(expected)
})

describe('self', () => {
  test("of a user is the 15 scopes of the user's own resources", () => {
    const names =
      'access:servers delete:servers read:servers read:shares read:tokens read:users read:users:activity ' +
      'read:users:groups read:users:name read:users:shares servers start:servers tokens users:activity users:shares'
    expect(listScopes(expandScopes(['self'], ADA, {}))).toEqual(
      names.split(' ').map((name) => `${name}!user=ada`),
    )
  })

  test('of a service is nothing', () => {
    expect(listScopes(expandScopes(['self'], CULL, {}))).toEqual([])
  })
})

test('a bare service filter of a service is the service, and a bare user filter is dropped', () => {
  const expanded = expandScopes(['read:services!service', 'read:users!user'], CULL, {})
  expect(listScopes(expanded)).toEqual([
    'read:services!service=cull',
    'read:services:name!service=cull',
  ])
})
