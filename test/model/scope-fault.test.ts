import { expect, test } from 'vitest'
import { scopeFault } from '../../src/model/scope-fault.ts'

const CUSTOM = { 'custom:grades': { description: 'Grades.', subscopes: [] } }

test.each([
  'users',
  'users!user=ada',
  'users!user',
  'users!service',
  'users!server',
  'users!group=a!b=c',
  'read:users!server=x',
  'self',
  'inherit',
  '(no_scope)',
  'custom:grades!user=ada',
])('%s may be given', (raw) => {
  expect(scopeFault(raw, CUSTOM)).toBeNull()
})

test.each([
  ['a scope nobody knows', 'nothing', "Scope 'nothing' for token does not exist"],
  [
    'an unknown scope with its filter',
    'nothing!user=a',
    "Scope 'nothing!user=a' for token does not exist",
  ],
  ['the empty string', '', "Scope '' for token does not exist"],
  ['a property that every object has', 'toString', "Scope 'toString' for token does not exist"],
  ['the old name of inherit', 'all', "Draft scope 'all' is now called 'inherit'"],
  [
    'a filter of an unknown kind',
    'users!role=x',
    "Scope filter role=x '!role=x' in scope 'users!role=x' for token does not exist",
  ],
  [
    'a bare group filter',
    'users!group',
    "Scope filter group '!group' in scope 'users!group' for token does not exist",
  ],
  [
    'a filter without a name',
    'users!user=',
    "Scope filter user= '!user=' in scope 'users!user=' for token does not exist",
  ],
  [
    'an empty filter, which must not mean everything',
    'users!',
    "Scope filter  '!' in scope 'users!' for token does not exist",
  ],
  [
    'a metascope with a filter',
    'inherit!user=ada',
    "Scope filter user=ada '!user=ada' in scope 'inherit!user=ada' for token does not exist",
  ],
])('%s is refused', (_case, raw, message) => {
  expect(scopeFault(raw, CUSTOM)).toBe(message)
})

test('the message says what the scope was for', () => {
  expect(scopeFault('nothing', {}, 'role grader')).toBe(
    "Scope 'nothing' for role grader does not exist",
  )
})
