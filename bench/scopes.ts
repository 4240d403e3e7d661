// The scope check alone: what every request of the API asks first, by itself, on one core.
import type { Resource } from '../src/model/allows.ts'
import { allows } from '../src/model/allows.ts'
import { expandScopes } from '../src/model/expand-scopes.ts'
import { intersectScopes } from '../src/model/intersect-scopes.ts'
import { scopesOfRoles } from '../src/model/roles.ts'
import type { ScopeSet } from '../src/model/scope-set.ts'
import { median, printTable, ROUNDS, whole } from './figures.ts'

/** How long each thing is done, in milliseconds. */
const ROUND_MS = 500

/** Checks between two looks at the clock. */
const BATCH = 10_000

/** One thing that is asked: what the path of a request names, and whether it is allowed. */
interface Asked {
  scope: string
  user?: string
  server?: string
  group?: string
  groups: readonly string[]
  allowed: boolean
}

interface Case {
  what: string
  owner: string
  /** What the token's owner holds, raw. */
  held: readonly string[]
  /** What the token was made for, raw. */
  token: readonly string[]
  asked: readonly Asked[]
}

const named = (scope: string, user: string, allowed: boolean, groups: string[] = []): Asked => {
  return { scope, user, groups, allowed }
}

const CASES: readonly Case[] = [
  {
    what: "a user's token (self)",
    owner: 'student-000017',
    held: scopesOfRoles([], ['user']),
    token: ['self'],
    asked: [
      named('read:users', 'student-000017', true),
      named('tokens', 'student-000017', true),
      named('read:users', 'student-000018', false, ['class-a']),
      { scope: 'start:servers', server: 'student-000017/lab', groups: [], allowed: true },
      { scope: 'delete:servers', server: 'student-000018/', groups: [], allowed: false },
      named('admin:users', 'student-000017', false),
    ],
  },
  {
    what: "a grader's token (two groups)",
    owner: 'grader-1',
    held: [
      ...scopesOfRoles([], ['user']),
      ...['class-a', 'class-b'].flatMap((group) =>
        ['read:users', 'servers', 'groups'].map((scope) => `${scope}!group=${group}`),
      ),
    ],
    token: ['read:users!group=class-a', 'servers!group=class-a', 'groups!group=class-a'],
    asked: [
      named('read:users', 'student-000017', true, ['class-x', 'class-a']),
      named('read:users', 'student-000018', false, ['class-x', 'class-b']),
      { scope: 'read:servers', server: 'student-000017/lab', groups: ['class-a'], allowed: true },
      { scope: 'access:servers', server: 'student-000017/', groups: ['class-a'], allowed: false },
      { scope: 'read:groups', group: 'class-a', groups: [], allowed: true },
      { scope: 'read:groups', group: 'class-b', groups: [], allowed: false },
    ],
  },
  {
    what: "an admin's token (everything)",
    owner: 'ops',
    held: scopesOfRoles([], ['user', 'admin']),
    token: scopesOfRoles([], ['admin']),
    asked: [
      named('read:users', 'student-000017', true, ['class-a']),
      named('admin:users', 'student-000018', true),
      { scope: 'start:servers', server: 'student-000017/lab', groups: [], allowed: true },
      { scope: 'groups', group: 'class-a', groups: [], allowed: true },
      named('users:activity', 'student-000017', true),
      named('shares', 'student-000017', true),
    ],
  },
]

/** What the token allows: resolved anew, as after a change of its owner. */
function resolve({ owner, held, token }: Case): ScopeSet {
  const by = { kind: 'user', name: owner } as const
  return intersectScopes(expandScopes(token, by, {}), expandScopes(held, by, {}), () => [])
}

/** A resource made for each check, as a request does it. */
function resourceOf({ user, server, group, groups }: Asked): Resource {
  if (server !== undefined) return { server, groupsOfUser: groups }
  return user === undefined ? { group: group ?? '' } : { user, groupsOfUser: groups }
}

/** @returns how many of a batch of checks said yes */
function checkBatch(scopes: ScopeSet, asked: readonly Asked[]): number {
  let yes = 0
  for (let i = 0; i < BATCH; i++) {
    const one = asked[i % asked.length]!
    if (allows(scopes, one.scope, resourceOf(one)) === 'yes') yes++
  }
  return yes
}

/**
 * How often a second something is done that says how often it was done.
 * @throws Error when the benchmark is to end
 */
function rateOf(signal: AbortSignal, work: () => number): number {
  const rates: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    signal.throwIfAborted()
    const begin = performance.now()
    let done = 0
    while (performance.now() - begin < ROUND_MS) done += work()
    rates.push((done * 1000) / (performance.now() - begin))
  }
  // The first round is for the compiler.
  return median(rates.slice(1))
}

/** Every result is counted and held against what it must be: nothing can be left out as unused. */
function checkRate(signal: AbortSignal, one: Case): number {
  const scopes = resolve(one)
  const expected = Array.from({ length: BATCH }, (_, i) => one.asked[i % one.asked.length]!)
  const yes = expected.filter(({ allowed }) => allowed).length
  return rateOf(signal, () => {
    const found = checkBatch(scopes, one.asked)
    if (found !== yes)
      throw new Error(`${one.what}: ${found} of ${BATCH} checks said yes, not ${yes}`)
    return BATCH
  })
}

function resolveRate(signal: AbortSignal, one: Case): number {
  const { size } = resolve(one)
  return rateOf(signal, () => {
    for (let i = 0; i < 100; i++) {
      if (resolve(one).size !== size) throw new Error(`${one.what}: not the same twice`)
    }
    return 100
  })
}

/** Prints scope checks a second by kind of token, beside resolving the same token from nothing. */
export function benchScopes(signal: AbortSignal): Promise<void> {
  const rows = CASES.map((one) => [
    one.what,
    whole(checkRate(signal, one)),
    whole(resolveRate(signal, one)),
  ])
  printTable('Scope checks a second, on one core', [
    ['', 'checked', 'resolved anew (expand, intersect)'],
    ...rows,
  ])
  return Promise.resolve()
}
