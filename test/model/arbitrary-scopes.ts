// Random scopes, owners, groups and roles over the world of reference-scopes.ts.
import fc from 'fast-check'
import { METASCOPES, SCOPES } from '../../src/model/scope-table.ts'
import type { Memberships, Owner, Share } from '../support/reference-scopes.ts'
import { CUSTOM, GROUPS, SERVERS, SERVICES, USERS } from '../support/reference-scopes.ts'

const named = (kind: string, names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...names.map((name) => `!${kind}=${name}`))

const filter: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant(''), weight: 2 },
  { arbitrary: named('user', USERS), weight: 3 },
  { arbitrary: named('group', GROUPS), weight: 3 },
  { arbitrary: named('server', SERVERS), weight: 3 },
  { arbitrary: named('service', SERVICES), weight: 1 },
  { arbitrary: fc.constantFrom('!user', '!service', '!server'), weight: 2 },
)

const base: fc.Arbitrary<string> = fc.oneof(
  // A few that are close in the tree, so that two random sets often meet.
  fc.constantFrom('users', 'read:users', 'read:users:name', 'servers', 'access:servers', 'shares'),
  fc.constantFrom(...[...SCOPES.keys()].filter((name) => !METASCOPES.has(name))),
  fc.constantFrom(...Object.keys(CUSTOM)),
)

/** A scope that may be given: `self`, or a scope of the table with or without a filter. */
export const rawScope: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.tuple(base, filter).map((parts) => parts.join('')), weight: 12 },
  { arbitrary: fc.constant('self'), weight: 1 },
)

export const rawScopes: fc.Arbitrary<string[]> = fc.array(rawScope, { maxLength: 6 })

/** Strings near the grammar of scopes, most of them faulty. */
export const scopeLike: fc.Arbitrary<string> = fc.oneof(
  rawScope,
  fc.constantFrom('inherit', '(no_scope)', 'all', 'self!user', 'inherit!user=ada', 'identify'),
  fc
    .tuple(
      fc.oneof(base, fc.constantFrom('self', 'nothing', 'constructor', '')),
      fc.constantFrom(
        '',
        '!',
        '!user=',
        '!group',
        '!role=x',
        '!user',
        '!user=a!b=c',
        '!server=',
        '!!',
      ),
    )
    .map((parts) => parts.join('')),
  fc.string(),
)

export const owner: fc.Arbitrary<Owner> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), name: fc.constantFrom(...USERS) }),
  fc.record({ kind: fc.constant('service' as const), name: fc.constantFrom(...SERVICES) }),
)

export const memberships: fc.Arbitrary<Memberships> = fc.record({
  ada: fc.subarray(GROUPS),
  bob: fc.subarray(GROUPS),
  cyd: fc.subarray(GROUPS),
})

export const configuredRoles = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('user', 'grader', 'tutor', 'admin'),
    scopes: fc.option(rawScopes, { nil: undefined }),
    users: fc.subarray(USERS),
    groups: fc.subarray(GROUPS),
    services: fc.subarray(SERVICES),
  }),
  { selector: (role) => role.name, maxLength: 3 },
)

/** What somebody may share of a server. */
const shareable = fc.uniqueArray(
  fc.constantFrom('access:servers', 'servers', 'read:servers', 'shares', 'custom:write'),
  { minLength: 1, maxLength: 2 },
)

/** Shares of anybody's server with anybody. */
export const shares: fc.Arbitrary<Share[]> = fc.uniqueArray(
  fc.record({
    server: fc.constantFrom(...SERVERS),
    with: fc.constantFrom(
      ...USERS.map((name) => `user ${name}`),
      ...GROUPS.map((name) => `group ${name}`),
    ),
    scopes: shareable,
  }),
  { selector: (share) => `${share.server} ${share.with}`, maxLength: 4 },
)
