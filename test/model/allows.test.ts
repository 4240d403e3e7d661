import { expect, test } from 'vitest'
import type { Resource } from '../../src/model/allows.ts'
import { allows } from '../../src/model/allows.ts'
import { expandScopes } from '../../src/model/expand-scopes.ts'

type Row = [string, string[], Resource | undefined, 'yes' | 'elsewhere' | 'no']

const ada = { user: 'ada', groupsOfUser: ['red'] }
const lab = { server: 'ada/lab', groupsOfUser: ['red'] }

test.each<Row>([
  ['an unfiltered scope is enough for anything', ['proxy'], ada, 'yes'],
  ['an unfiltered scope is enough where no resource is named', ['proxy'], undefined, 'yes'],
  ['a scope that is not held is a no', ['shutdown'], ada, 'no'],
  ['no scope at all is a no', [], undefined, 'no'],
  [
    'a filtered scope is not enough where no resource is named',
    ['proxy!user=ada'],
    undefined,
    'elsewhere',
  ],
  ['a filtered scope is not enough for an empty resource', ['proxy!user=ada'], {}, 'elsewhere'],
  ['a user is covered by name', ['proxy!user=ada'], ada, 'yes'],
  ['a user is covered by a group they are in', ['proxy!group=red'], ada, 'yes'],
  ['a user is not covered by another group', ['proxy!group=blue'], ada, 'elsewhere'],
  [
    'a user without known groups is covered by no group',
    ['proxy!group=red'],
    { user: 'ada' },
    'elsewhere',
  ],
  ['a user is not covered by one of their servers', ['proxy!server=ada/lab'], ada, 'elsewhere'],
  ['another user is not covered', ['proxy!user=bob'], ada, 'elsewhere'],
  ['a server is covered by name', ['proxy!server=ada/lab'], lab, 'yes'],
  ['a server is covered by its owner', ['proxy!user=ada'], lab, 'yes'],
  ['a server is covered by a group of its owner', ['proxy!group=red'], lab, 'yes'],
  [
    'a server is covered when its owner is named beside it',
    ['proxy!server=ada/lab'],
    { ...ada, ...lab },
    'yes',
  ],
  [
    'the user named beside a server is not what counts',
    ['proxy!user=bob'],
    { user: 'bob', server: 'ada/' },
    'elsewhere',
  ],
  ["another of the owner's servers is not covered", ['proxy!server=ada/'], lab, 'elsewhere'],
  [
    'a default server is covered by its full name',
    ['proxy!server=ada/'],
    { server: 'ada/' },
    'yes',
  ],
  ['a group is covered by name', ['proxy!group=red'], { group: 'red' }, 'yes'],
  [
    'a group is not covered by a user of its name',
    ['proxy!user=red'],
    { group: 'red' },
    'elsewhere',
  ],
  ['a service is covered by name', ['proxy!service=cull'], { service: 'cull' }, 'yes'],
  [
    'a service is not covered by a server filter',
    ['proxy!server=cull'],
    { service: 'cull' },
    'elsewhere',
  ],
  [
    'a user is covered by a group, the named group by its name',
    ['proxy!group=red'],
    { ...ada, group: 'red' },
    'yes',
  ],
  [
    'of two resources each must be covered',
    ['proxy!group=red'],
    { ...ada, group: 'blue' },
    'elsewhere',
  ],
])('%s', (_rule, raw, resource, expected) => {
  const held = expandScopes(raw, { kind: 'user', name: 'nobody' }, {})
  expect(allows(held, 'proxy', resource)).toBe(expected)
})
