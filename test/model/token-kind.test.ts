import { expect, test } from 'vitest'
import { tokenKindOf } from '../../src/model/token-kind.ts'

test.each([
  [['access:servers']],
  [['access:servers!user=ada']],
  [['access:servers!server']],
  [['access:servers!server=ada/', 'access:servers!group=red']],
  [['access:servers!server=ada/', 'read:users:name!user', 'read:users:groups']],
])('%j makes a notebook token', (scopes) => {
  expect(tokenKindOf(scopes)).toBe('notebook')
})

test.each([
  ['inherit', ['inherit']],
  ['no scope at all', []],
  ['identity alone, which opens no server', ['read:users:name!user', 'read:users:groups!user']],
  ['inherit beside access', ['access:servers', 'inherit']],
  ['self, which holds access among others', ['self']],
  ['a hub scope beside access', ['access:servers!user', 'read:users!user']],
  ['access to services', ['access:services']],
  ['access to services beside access to servers', ['access:servers', 'access:services']],
  ['shares, which bring access', ['shares!user']],
  ['a custom scope beside access', ['access:servers', 'custom:grades']],
  ['a scope whose name only begins alike', ['access:servers', 'read:users:names']],
  ['a faulty filter', ['access:servers', 'read:users:name!role=x']],
])('%s makes a hub token', (_case, scopes) => {
  expect(tokenKindOf(scopes)).toBe('hub')
})
