import { describe, expect, test } from 'vitest'
import type { RoleSpec } from '../../src/model/roles.ts'
import {
  DEFAULT_ROLES,
  findRole,
  rolesOfGroup,
  rolesOfService,
  rolesOfUser,
  scopesOfRoles,
} from '../../src/model/roles.ts'

function role(name: string, rest: Partial<RoleSpec> = {}): RoleSpec {
  return { name, users: [], groups: [], services: [], ...rest }
}

const GRADER = role('grader', { scopes: ['read:users'], users: ['ada'], groups: ['red'] })
const CULLER = role('culler', { scopes: ['servers', 'read:users'], services: ['cull'] })

describe('the roles of a user', () => {
  test.each([
    ['a user has the user role', [], { name: 'ada', admin: false, groups: [] }, ['user']],
    [
      'an administrator has the admin role too',
      [],
      { name: 'ada', admin: true, groups: [] },
      ['user', 'admin'],
    ],
    [
      'a role is given by name',
      [GRADER, CULLER],
      { name: 'ada', admin: false, groups: [] },
      ['user', 'grader'],
    ],
    [
      'a role is given by group',
      [GRADER],
      { name: 'bob', admin: false, groups: ['red'] },
      ['user', 'grader'],
    ],
    [
      'a role given twice is named once',
      [GRADER],
      { name: 'ada', admin: true, groups: ['red'] },
      ['user', 'admin', 'grader'],
    ],
    ['others do not have it', [GRADER], { name: 'cyd', admin: false, groups: ['blue'] }, ['user']],
    [
      'a service of the same name does not count',
      [CULLER],
      { name: 'cull', admin: false, groups: [] },
      ['user'],
    ],
    [
      'admin may be given by configuration',
      [role('admin', { users: ['ada'] })],
      { name: 'ada', admin: false, groups: [] },
      ['user', 'admin'],
    ],
  ])('%s', (_rule, configured, user, expected) => {
    expect(rolesOfUser(configured, user)).toEqual(expected)
  })
})

test('a group has the roles that name it, and no default', () => {
  expect([rolesOfGroup([GRADER, CULLER], 'red'), rolesOfGroup([GRADER], 'ada')]).toEqual([
    ['grader'],
    [],
  ])
})

test('a service has the roles that name it, and no default but admin', () => {
  const roles = [GRADER, CULLER]
  expect(rolesOfService(roles, { name: 'cull', admin: false })).toEqual(['culler'])
  expect(rolesOfService(roles, { name: 'cull', admin: true })).toEqual(['admin', 'culler'])
  expect(rolesOfService(roles, { name: 'ada', admin: false })).toEqual([])
})

describe('the scopes of roles', () => {
  test.each([
    ['a default role has its scopes', [], ['user', 'token'], ['self', 'inherit']],
    [
      'a default role that is named without scopes keeps them',
      [role('user', { users: ['ada'] })],
      ['user'],
      ['self'],
    ],
    [
      'a default role takes the configured scopes',
      [role('user', { scopes: ['proxy'] })],
      ['user'],
      ['proxy'],
    ],
    [
      'an empty list takes the scopes of a default role away',
      [role('user', { scopes: [] })],
      ['user'],
      [],
    ],
    ['a new role without scopes has none', [role('empty')], ['empty'], []],
    ['a role that does not exist adds nothing', [GRADER], ['nobody', 'constructor'], []],
    [
      'scopes that roles share are named once',
      [GRADER, CULLER],
      ['grader', 'culler'],
      ['read:users', 'servers'],
    ],
  ])('%s', (_rule, configured, names, expected) => {
    expect(scopesOfRoles(configured, names)).toEqual(expected)
  })

  test('the admin role cannot be redefined', () => {
    const configured = [role('admin', { scopes: ['proxy'], description: 'Weaker.' })]
    expect(findRole(configured, 'admin')).toBe(DEFAULT_ROLES.find(({ name }) => name === 'admin'))
  })
})

test('a role keeps the description of a default role unless it has its own', () => {
  const descriptions = [role('user'), role('user', { description: 'Mine.' })].map(
    (spec) => findRole([spec], 'user')?.description,
  )
  expect(descriptions).toEqual([findRole([], 'user')?.description, 'Mine.'])
})

test('a role that nobody defined is not found', () => {
  expect(findRole([GRADER], 'nobody')).toBeUndefined()
})
