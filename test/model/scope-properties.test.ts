import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Resource } from '../../src/model/allows.ts'
import { allows } from '../../src/model/allows.ts'
import { expandScopes } from '../../src/model/expand-scopes.ts'
import { identityScopes } from '../../src/model/identity-scopes.ts'
import { intersectScopes, usersNamed } from '../../src/model/intersect-scopes.ts'
import { listScopes } from '../../src/model/list-scopes.ts'
import { rolesOfService, rolesOfUser, scopesOfRoles } from '../../src/model/roles.ts'
import { scopeFault } from '../../src/model/scope-fault.ts'
import type { ScopeSet } from '../../src/model/scope-set.ts'
import { METASCOPES } from '../../src/model/scope-table.ts'
import { isSubset, missingScopes } from '../../src/model/subset-scopes.ts'
import { unionScopes } from '../../src/model/union-scopes.ts'
import type { Memberships, Owner, World } from '../support/reference-scopes.ts'
import {
  ALL_SCOPES,
  CUSTOM,
  RESOURCES,
  referenceAtoms,
  referenceIntersection,
  referenceToken,
  USERS,
} from '../support/reference-scopes.ts'
import {
  configuredRoles,
  memberships,
  owner,
  rawScope,
  rawScopes,
  scopeLike,
  shares,
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
  return ALL_SCOPES.flatMap((scope) =>
    RESOURCES.filter((name) => allows(set, scope, resourceOf(name, groups)) === 'yes').map(
      (name) => `${scope} > ${name}`,
    ),
  )
}

const sorted = (items: Iterable<string>): string[] => [...items].sort()
const expand = (raw: readonly string[], by: Owner): ScopeSet => expandScopes(raw, by, CUSTOM)

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
        for (const scope of ALL_SCOPES) {
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

describe('a token', () => {
  const world = fc.record({
    admins: fc.subarray([...USERS.map((name) => `user ${name}`), 'service cull']),
    groups: memberships,
    roles: configuredRoles,
    shares,
  })

  /** The raw scopes of the roles and the shares, put together as the hub does it. */
  function heldBy({ admins, groups, roles, shares: all }: World, by: Owner): ScopeSet {
    const { kind, name } = by
    const admin = admins.includes(`${kind} ${name}`)
    if (kind === 'service') {
      return expand(scopesOfRoles(roles, rolesOfService(roles, { name, admin })), by)
    }
    const mine = groups[name] ?? []
    const ends = [`user ${name}`, ...mine.map((group) => `group ${group}`)]
    const shared = all.filter((share) => ends.includes(share.with))
    const names = rolesOfUser(roles, { name, admin, groups: mine })
    return expand(
      [
        ...scopesOfRoles(roles, names),
        ...shared.flatMap(({ server, scopes }) => scopes.map((one) => `${one}!server=${server}`)),
      ],
      by,
    )
  }

  test('allows what both it and its owner’s roles and shares allow', () => {
    fc.assert(
      fc.property(world, owner, rawScopes, (of, by, raw) => {
        const asked = expand([...raw, ...identityScopes(by)], by)
        const both = intersectScopes(asked, heldBy(of, by), groupsIn(of.groups))
        expect(sorted(atomsOf(both, of.groups))).toEqual(sorted(referenceToken(of, by, raw)))
      }),
      { numRuns: 300 },
    )
  })

  test('that inherits allows what its owner may do', () => {
    fc.assert(
      fc.property(world, owner, (of, by) => {
        const expected = referenceToken(of, by, ['inherit'])
        expect(sorted(atomsOf(heldBy(of, by), of.groups))).toEqual(sorted(expected))
      }),
    )
  })

  test('never allows more than its owner, nor more by being asked for more', () => {
    fc.assert(
      fc.property(world, owner, rawScopes, rawScopes, (of, by, some, more) => {
        const all = referenceToken(of, by, ['inherit'])
        const narrow = referenceToken(of, by, some)
        const wide = referenceToken(of, by, [...some, ...more])
        expect([...wide].filter((atom) => !all.has(atom))).toEqual([])
        expect([...narrow].filter((atom) => !wide.has(atom))).toEqual([])
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
        fc.pre(scopeFault(raw, CUSTOM) !== null)
        expect(listScopes(expand([raw], by))).toEqual([])
      }),
    )
  })

  test('is the only reason why no owner gets anything, but for metascopes and filters that do not fit', () => {
    fc.assert(
      fc.property(scopeLike, (raw) => {
        const [base = '', filter = ''] = raw.split(/!(.*)/s)
        fc.pre(scopeFault(raw, CUSTOM) === null && base !== 'inherit')
        fc.pre(filter !== 'server' && !(filter.startsWith('server=') && /^read:user/.test(base)))
        expect(owners.flatMap((by) => listScopes(expand([raw], by)))).not.toEqual([])
      }),
    )
  })

  test('is not seen in any scope that the grammar allows', () => {
    fc.assert(
      fc.property(rawScope, fc.constantFrom(...METASCOPES), (raw, meta) => {
        expect([scopeFault(raw, CUSTOM), scopeFault(meta, CUSTOM)]).toEqual([null, null])
      }),
    )
  })
})
