import { expect, test } from 'vitest'
import { parseScope } from '../../src/model/parse-scope.ts'

test.each([
  ['users', { base: 'users', filter: null }],
  ['users!user', { base: 'users', filter: { kind: 'user', name: null } }],
  ['users!group=a', { base: 'users', filter: { kind: 'group', name: 'a' } }],
  ['users!server=a/', { base: 'users', filter: { kind: 'server', name: 'a/' } }],
  ['users!user=a!service=b', { base: 'users', filter: { kind: 'user', name: 'a!service=b' } }],
  ['users!user= a\nb ', { base: 'users', filter: { kind: 'user', name: ' a\nb ' } }],
  ['users!user==', { base: 'users', filter: { kind: 'user', name: '=' } }],
])('%j is split at the first marks', (raw, expected) => {
  expect(parseScope(raw)).toEqual(expected)
})

test.each([
  'users!',
  'users!user=',
  'users!group',
  'users!x=a',
  'users!userx',
  'users!!user',
  'users!toString',
])('%s is no scope', (raw) => {
  expect(parseScope(raw)).toBeNull()
})
