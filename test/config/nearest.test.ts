import { expect, it } from 'vitest'
import { nearest } from '../../src/config/nearest.ts'

it.each([
  ['prot', ['host', 'port'], 'port'],
  ['Admin_Users', ['admin_users', 'allowed_users'], 'admin_users'],
  ['allow_user', ['admin_users', 'allowed_users'], 'allowed_users'],
  ['colour', ['store', 'proxy'], undefined],
  ['x', [], undefined],
  ['a'.repeat(1000), ['a'], undefined],
])('%s among %j means %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected)
})
