import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Resource } from '../../src/model/allows.ts'
import { allows } from '../../src/model/allows.ts'
import { expandScopes } from '../../src/model/expand-scopes.ts'
import { intersectScopes, usersNamed } from '../../src/model/intersect-scopes.ts'
import { listScopes } from '../../src/model/list-scopes.ts'
import type { RoleSpec } from '../../src/model/roles.ts'
import { DEFAULT_ROLES, rolesOfService, rolesOfUser, scopesOfRoles } from '../../src/model/roles.ts'
import { scopeFault } from '../../src/model/scope-fault.ts'
import type { ScopeSet } from '../../src/model/scope-set.ts'
import { METASCOPES, SCOPES } from '../../src/model/scope-table.ts'
import { isSubset, missingScopes } from '../../src/model/subset-scopes.ts'
import { unionScopes } from '../../src/model/union-scopes.ts'
import type { Memberships, Owner } from '../support/reference-scopes.ts'
import { RESOURCES, referenceAtoms, referenceIntersection } from '../support/reference-scopes.ts'
import {
  configuredRoles,
  memberships,
  owner,
  rawScope,
  rawScopes,
  scopeLike,
} from './arbitrary-scopes.ts'

const groupsIn =
  (groups: Memberships) =>
  (user: string): readonly string[] =>
    groups[user] ?? []

function resourceOf(text: string, groups: Memberships): Resource | undefined {
  const space = text.indexOf(' ')
  const [kind, name] = [text.slice(0, space), text.slice(space + 1)]
  if (text === '*') return undefined
  const user = kind === 'server' ? name.slice(0, name.indexOf('/')) : name
  return { [kind]: name, groupsOfUser: groups[user] ?? [] }
}

/** Every atom that `allows` says yes to. */
function atomsOf(set: ScopeSet, groups: Memberships): string[] {
  return [...SCOPES.keys()].flatMap((scope) =>
    RESOURCES.filter((name) => allows(set, scope, resourceOf(name, groups)) === 'yes').map(
      (name) => `${scope} > ${name}`,
    ),
  )
}

const sorted = (items: Iterable<string>): string[] => [...items].sort()
const expand = (raw: readonly string[], by: Owner): ScopeSet => expandScopes(raw, by, {})

describe('expanding scopes', () => {
  test('allows exactly what the reference does, for every scope and resource', () => {
    fc.assert(
      fc.property(rawScopes, owner, memberships, (raw, by, groups) => {
        const expected = sorted(referenceAtoms(raw, by, groups).keys())
        expect(sorted(atomsOf(expand(raw, by), groups))).toEqual(expected)
      }),
    )
  })

  test('says elsewhere when, and only when, the scope is held for something else', () => {
    fc.assert(
      fc.property(rawScopes, owner, memberships, (raw, by, groups) => {
        const atoms = [...referenceAtoms(raw, by, groups).keys()]
        const held = new Set(atoms.map((atom) => atom.split(' > ')[0]))
        const set = expand(raw, by)
        for (const scope of SCOPES.keys()) {
          const answers = RESOURCES.map((name) => allows(set, scope, resourceOf(name, groups)))
          expect(answers.every((answer) => answer === 'no')).toBe(!held.has(scope))
          expect(answers.includes('no')).toBe(!held.has(scope))
        }
      }),
    )
  })

  test('changes nothing when done twice', () => {
    fc.assert(
      fc.property(rawScopes, owner, (raw, by) => {
        const once = listScopes(expand(raw, by))
        expect(listScopes(expand(once, by))).toEqual(once)
      }),
    )
  })

  test('of two lists together is the union of both', () => {
    fc.assert(
      fc.property(rawScopes, rawScopes, owner, (a, b, by) => {
        const union = unionScopes(expand(a, by), expand(b, by))
        expect(listScopes(union)).toEqual(listScopes(expand([...a, ...b], by)))
      }),
    )
  })
})

describe('intersecting scopes', () => {
  const sides = [rawScopes, owner, rawScopes, owner, memberships] as const

  test('allows exactly what the reference does', () => {
    fc.assert(
      fc.property(...sides, (a, byA, b, byB, groups) => {
        const both = intersectScopes(expand(a, byA), expand(b, byB), groupsIn(groups))
        const expected = referenceIntersection(
          referenceAtoms(a, byA, groups),
          referenceAtoms(b, byB, groups),
        )
        expect(sorted(atomsOf(both, groups))).toEqual(sorted(expected))
      }),
      { numRuns: 300 },
    )
  })

  test('does not depend on the order of the sides', () => {
    fc.assert(
      fc.property(...sides, (a, byA, b, byB, groups) => {
        const [left, right] = [expand(a, byA), expand(b, byB)]
        const of = groupsIn(groups)
        expect(listScopes(intersectScopes(left, right, of))).toEqual(
          listScopes(intersectScopes(right, left, of)),
        )
      }),
    )
  })

  test('never allows more than either side', () => {
    fc.assert(
      fc.property(...sides, (a, byA, b, byB, groups) => {
        const [left, right] = [expand(a, byA), expand(b, byB)]
        const of = groupsIn(groups)
        const both = intersectScopes(left, right, of)
        expect([isSubset(both, left, of), isSubset(both, right, of)]).toEqual([true, true])
      }),
    )
  })

  test('of a set with itself is the set', () => {
    fc.assert(
      fc.property(rawScopes, owner, memberships, (raw, by, groups) => {
        const set = expand(raw, by)
        expect(listScopes(intersectScopes(set, set, groupsIn(groups)))).toEqual(listScopes(set))
      }),
    )
  })

  test('asks only for the groups of users that usersNamed gives', () => {
    fc.assert(
      fc.property(...sides, (a, byA, b, byB, groups) => {
        const [left, right] = [expand(a, byA), expand(b, byB)]
        const known = new Set([...usersNamed(left), ...usersNamed(right)])
        const asked: string[] = []
        intersectScopes(left, right, (user) => {
          asked.push(user)
          return groups[user] ?? []
        })
        expect(asked.filter((user) => !known.has(user))).toEqual([])
      }),
    )
  })

  test('leaves out just what missingScopes names', () => {
    fc.assert(
      fc.property(...sides, (a, byA, b, byB, groups) => {
        const [inner, outer] = [expand(a, byA), expand(b, byB)]
        const of = groupsIn(groups)
        const kept = new Set(listScopes(intersectScopes(inner, outer, of)))
        const lost = listScopes(inner).filter((scope) => !kept.has(scope))
        expect(missingScopes(inner, outer, of)).toEqual(lost)
        expect(isSubset(inner, outer, of)).toBe(lost.length === 0)
      }),
    )
  })
})

describe('a token of a user with roles', () => {
  const defaults = (name: string): readonly string[] =>
    DEFAULT_ROLES.find((role) => role.name === name)?.scopes ?? []

  function referenceRoleScopes(roles: readonly RoleSpec[], has: (role: RoleSpec) => boolean) {
    return (standard: readonly string[]): string[] => {
      const custom = roles.filter((role) => role.name !== 'admin')
      const raw: string[] = []
      for (const name of standard) {
        raw.push(...(custom.find((role) => role.name === name)?.scopes ?? defaults(name)))
      }
      for (const role of roles.filter(has)) {
        raw.push(...((role.name === 'admin' ? undefined : role.scopes) ?? defaults(role.name)))
      }
      return raw
    }
  }

  test('allows what both the token and the roles allow', () => {
    fc.assert(
      fc.property(
        configuredRoles,
        rawScopes,
        fc.boolean(),
        memberships,
        (roles, token, admin, groups) => {
          const by = { kind: 'user', name: 'ada' } as const
          const mine = groups['ada'] ?? []
          const has = (role: RoleSpec): boolean =>
            role.users.includes('ada') || role.groups.some((group) => mine.includes(group))
          const expected = referenceIntersection(
            referenceAtoms(token, by, groups),
            referenceAtoms(
              referenceRoleScopes(roles, has)(admin ? ['user', 'admin'] : ['user']),
              by,
              groups,
            ),
          )
          const names = rolesOfUser(roles, { name: 'ada', admin, groups: mine })
          const held = expand(scopesOfRoles(roles, names), by)
          const both = intersectScopes(expand(token, by), held, groupsIn(groups))
          expect(sorted(atomsOf(both, groups))).toEqual(sorted(expected))
        },
      ),
    )
  })

  test('of a service allows what both the token and its roles allow', () => {
    fc.assert(
      fc.property(configuredRoles, rawScopes, memberships, (roles, token, groups) => {
        const by = { kind: 'service', name: 'cull' } as const
        const has = (role: RoleSpec): boolean => role.services.includes('cull')
        const expected = referenceIntersection(
          referenceAtoms(token, by, groups),
          referenceAtoms(referenceRoleScopes(roles, has)([]), by, groups),
        )
        const names = rolesOfService(roles, { name: 'cull', admin: false })
        const held = expand(scopesOfRoles(roles, names), by)
        const both = intersectScopes(expand(token, by), held, groupsIn(groups))
        expect(sorted(atomsOf(both, groups))).toEqual(sorted(expected))
      }),
    )
  })
})

describe('a fault in a scope', () => {
  const owners = [
    { kind: 'user', name: 'ada' },
    { kind: 'service', name: 'cull' },
  ] as const

  test('means that the scope expands to nothing', () => {
    fc.assert(
      fc.property(scopeLike, owner, (raw, by) => {
        fc.pre(scopeFault(raw, {}) !== null)
        expect(listScopes(expand([raw], by))).toEqual([])
      }),
    )
  })

  test('is the only reason why no owner gets anything, but for metascopes and filters that do not fit', () => {
    fc.assert(
      fc.property(scopeLike, (raw) => {
        const [base = '', filter = ''] = raw.split(/!(.*)/s)
        fc.pre(scopeFault(raw, {}) === null && base !== 'inherit')
        fc.pre(filter !== 'server' && !(filter.startsWith('server=') && /^read:user/.test(base)))
        expect(owners.flatMap((by) => listScopes(expand([raw], by)))).not.toEqual([])
      }),
    )
  })

  test('is not seen in any scope that the grammar allows', () => {
    fc.assert(
      fc.property(rawScope, fc.constantFrom(...METASCOPES), (raw, meta) => {
        expect([scopeFault(raw, {}), scopeFault(meta, {})]).toEqual([null, null])
      }),
    )
  })
})
