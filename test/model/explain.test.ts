import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Resource } from '../../src/model/allows.ts'
import { allows } from '../../src/model/allows.ts'
import { expandScopes } from '../../src/model/expand-scopes.ts'
import type { Question, ScopeSource, Step } from '../../src/model/explain.ts'
import { explain } from '../../src/model/explain.ts'
import { identityScopes } from '../../src/model/identity-scopes.ts'
import { intersectScopes } from '../../src/model/intersect-scopes.ts'
import { parseScope } from '../../src/model/parse-scope.ts'
import type { ScopeSet } from '../../src/model/scope-set.ts'
import { METASCOPES, SCOPES } from '../../src/model/scope-table.ts'
import type { TokenKind } from '../../src/model/token.ts'
import { tokenKindOf } from '../../src/model/token-kind.ts'
import type { Memberships } from '../support/reference-scopes.ts'
import { RESOURCES, referenceAtoms, referenceIntersection } from '../support/reference-scopes.ts'
import { memberships, owner, rawScopes } from './arbitrary-scopes.ts'

const ASKABLE = [...SCOPES.keys()].filter((scope) => !METASCOPES.has(scope))

interface Asked {
  question: Question
  /** As the reference evaluator writes it: `user ada`. */
  resource: string
  groups: Memberships
}

function resourceOf(text: string, groups: Memberships): Resource | undefined {
  if (text === '*') return undefined
  const space = text.indexOf(' ')
  const [kind, name] = [text.slice(0, space), text.slice(space + 1)]
  const user = kind === 'server' ? name.slice(0, name.indexOf('/')) : name
  return { [kind]: name, groupsOfUser: groups[user] ?? [] }
}

const source: fc.Arbitrary<ScopeSource> = fc.record({
  kind: fc.constantFrom('role', 'shares'),
  name: fc.constantFrom('grader', 'tutor', ''),
  through: fc.constant([]),
  scopes: rawScopes,
})

const rawOfToken = fc.oneof(
  { arbitrary: rawScopes, weight: 5 },
  { arbitrary: fc.constant(['inherit']), weight: 2 },
  { arbitrary: fc.constant(['access:servers']), weight: 1 },
)

const token: fc.Arbitrary<Question['token']> = fc.option(
  rawOfToken.map((scopes) => ({ scopes, kind: tokenKindOf(scopes) })),
  { nil: null },
)

/** Scopes that are close in the tree, so that what is asked is often held. */
const askedScope = fc.oneof(
  fc.constantFrom('read:users', 'read:users:name', 'servers', 'read:servers', 'access:servers'),
  fc.constantFrom(...ASKABLE),
)

const asked: fc.Arbitrary<Asked> = fc
  .record({
    scope: askedScope,
    resource: fc.constantFrom(...RESOURCES),
    owner,
    sources: fc.array(source, { maxLength: 3 }),
    token,
    groups: memberships,
    showOwner: fc.boolean(),
  })
  .map(({ groups, resource, ...rest }) => ({
    question: {
      ...rest,
      custom: {},
      resource: resourceOf(resource, groups),
      groupsOf: (user: string) => groups[user] ?? [],
    },
    resource,
    groups,
  }))

const rawHeld = ({ sources }: Question): string[] => sources.flatMap(({ scopes }) => scopes)

/** What the credential allows, as the hub works it out for a request (hub/identity/owners.ts). */
function effective({ owner: by, token: made, groupsOf, ...question }: Question): ScopeSet {
  const held = expandScopes(rawHeld({ ...question, owner: by, token: made, groupsOf }), by, {})
  if (made === null || made.scopes.includes('inherit')) return held
  return intersectScopes(
    expandScopes([...made.scopes, ...identityScopes(by)], by, {}),
    held,
    groupsOf,
  )
}

const fits = (kind: TokenKind | undefined, scope: string): boolean =>
  kind === undefined || (kind === 'notebook') === (scope === 'access:servers')

const together = (steps: readonly Step[]) => steps.find(({ step }) => step === 'together')

describe('explain', () => {
  test('always agrees with allows, for the scopes that token and owner share, and with the kind', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        const { scope, resource, token: made } = question
        const answer = allows(effective(question), scope, resource)
        const { allowed, steps } = explain(question)
        expect(together(steps)).toMatchObject({ answer, ok: answer === 'yes' })
        expect(allowed).toBe(answer === 'yes' && fits(made?.kind, scope))
      }),
      { numRuns: 1000 },
    )
  })

  test('agrees with the reference evaluator', () => {
    fc.assert(
      fc.property(asked, ({ question, resource, groups }) => {
        const { owner: by, token: made, scope } = question
        const held = referenceAtoms(rawHeld(question), by, groups)
        const inherits = made === null || made.scopes.includes('inherit')
        const raw = [...(made?.scopes ?? []), ...identityScopes(by)]
        const expected = inherits
          ? new Set(held.keys())
          : referenceIntersection(referenceAtoms(raw, by, groups), held)
        const yes = expected.has(`${scope} > ${resource}`)
        expect(explain(question).allowed).toBe(yes && fits(made?.kind, scope))
      }),
      { numRuns: 1000 },
    )
  })

  test('is allowed exactly when no step has anything against it', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        const { allowed, steps } = explain({ ...question, showOwner: true })
        expect(steps.every(({ ok }) => ok)).toBe(allowed)
      }),
    )
  })

  test('names filters that do reach the resource, and one at least when something is held for it', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        for (const step of explain(question).steps) {
          if (step.step === 'kind') continue
          expect(step.covered_by.length > 0).toBe(step.answer === 'yes')
          expect(step.held_for.length > 0).toBe(step.answer !== 'no')
          expect(step.held_for).toEqual(expect.arrayContaining([...step.covered_by]))
        }
      }),
    )
  })

  test('names what would have been enough: with that on both sides it is allowed', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        const { allowed, missing, steps } = explain(question)
        const lacks = together(steps)?.ok !== true
        expect(missing.length).toBe(lacks ? 1 : 0)
        if (allowed || !lacks) return
        const more: ScopeSource = { kind: 'role', name: 'more', through: [], scopes: missing }
        const made = question.token
        const wider: Question = {
          ...question,
          sources: [...question.sources, more],
          token: made && { ...made, scopes: [...made.scopes, ...missing] },
        }
        expect(together(explain(wider).steps)?.ok).toBe(true)
      }),
    )
  })

  test('names every scope that brings the one asked for, and no other', () => {
    for (const scope of ASKABLE) {
      const { enough } = explain({ ...PLAIN, scope })
      const bringing = ASKABLE.filter((one) =>
        expandScopes([one], PLAIN.owner, {}).has(scope),
      ).sort()
      expect(enough).toEqual(bringing)
      expect(enough).toContain(scope)
    }
  })

  test('tells nothing of what the owner holds when that is not to be shown', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        const { reason, steps } = explain({ ...question, showOwner: false })
        expect(steps.map(({ step }) => step)).not.toContain('owner')
        expect(reason).not.toMatch(/grader|tutor/)
      }),
    )
  })

  test('gives a reason that is a sentence', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        expect(explain(question).reason).toMatch(/^[A-Za-z].*\.$/s)
      }),
    )
  })

  test('asks for the groups of nobody whom the scopes do not name', () => {
    fc.assert(
      fc.property(asked, ({ question }) => {
        const named = [...rawHeld(question), ...(question.token?.scopes ?? [])].map(
          (raw) => parseScope(raw)?.filter?.name?.split('/')[0],
        )
        const users: (string | undefined)[] = []
        explain({
          ...question,
          groupsOf: (user) => {
            users.push(user)
            return []
          },
        })
        const known = new Set([...named, question.owner.name])
        expect(users.filter((user) => !known.has(user))).toEqual([])
      }),
    )
  })
})

const PLAIN: Question = {
  scope: 'read:users',
  resource: { user: 'bob', groupsOfUser: ['class-a'] },
  owner: { kind: 'user', name: 'ada' },
  sources: [
    { kind: 'role', name: 'user', through: ['every user'], scopes: ['self'] },
    { kind: 'role', name: 'grader', through: ['user ada'], scopes: ['users!group=class-a'] },
  ],
  token: { kind: 'hub', scopes: ['inherit'] },
  custom: {},
  groupsOf: () => [],
  showOwner: true,
}

const MINE = { user: 'ada', groupsOfUser: [] }

describe('the reason', () => {
  test.each<[string, Partial<Question>, string]>([
    [
      'names the filter and the role',
      {},
      'The token holds read:users for group=class-a, which reaches the user bob; ada has that by the role grader.',
    ],
    [
      'says what a token was made for instead',
      { token: { kind: 'hub', scopes: ['read:users!user=cyd'] } },
      'The token was not made with read:users for the user bob: it has it only for user=cyd.',
    ],
    [
      'says what an owner holds instead, and by what roles',
      { resource: { user: 'eve', groupsOfUser: [] }, token: null },
      'The user ada may not do it for the user eve: ada has the roles user, grader, and holds read:users only for group=class-a, user=ada.',
    ],
    [
      'says when a filter does not do because nothing is named',
      { resource: undefined, token: null },
      'The user ada may not do it for everything: ada has the roles user, grader, and holds read:users only for group=class-a, user=ada.',
    ],
    [
      'does not tell the roles of an owner whom the caller may not read',
      { token: { kind: 'hub', scopes: ['admin:users'] }, scope: 'delete:users', showOwner: false },
      'The token was made with delete:users for the user bob, but its owner may not do that now.',
    ],
    [
      'sends hub tokens away from servers',
      { scope: 'access:servers', resource: { server: 'ada/', ...MINE } },
      'This is a hub token, and hub tokens open no server: they are refused everywhere under /user/. ' +
        'Make a notebook token, one with access:servers scopes alone.',
    ],
    [
      'sends notebook tokens away from the hub API',
      {
        scope: 'read:users:name',
        resource: MINE,
        token: { kind: 'notebook', scopes: ['access:servers'] },
      },
      'This is a notebook token: it opens servers, and the hub API takes it for nothing but GET /user, so read:users:name is of no use to it.',
    ],
    [
      'lets a notebook token open what it names',
      {
        scope: 'access:servers',
        resource: { server: 'ada/lab', groupsOfUser: [] },
        token: { kind: 'notebook', scopes: ['access:servers!server=ada/lab'] },
      },
      'The token holds access:servers for server=ada/lab, which reaches the server ada/lab; ada has that by the role user.',
    ],
    [
      'tells of two groups that have nothing in common',
      {
        resource: { user: 'bob', groupsOfUser: ['class-a', 'class-b'] },
        token: { kind: 'hub', scopes: ['read:users!group=class-b'] },
      },
      'The token reaches the user bob by group=class-b and its owner by group=class-a: filters of different groups have nothing in common, even when the groups do.',
    ],
    [
      'tells of one who has no role',
      { owner: { kind: 'service', name: 'cull' }, sources: [], token: null },
      'The service cull may not do it for the user bob: cull has no role, and holds read:users not at all.',
    ],
  ])('%s', (_rule, change, reason) => {
    expect(explain({ ...PLAIN, ...change }).reason).toBe(reason)
  })

  test('names the shares by which a server is open', () => {
    const { reason, steps } = explain({
      ...PLAIN,
      scope: 'access:servers',
      resource: { server: 'bob/', groupsOfUser: [] },
      token: null,
      sources: [
        ...PLAIN.sources,
        { kind: 'shares', name: '', through: [], scopes: ['access:servers!server=bob/'] },
      ],
    })
    expect(reason).toBe(
      'The user ada holds access:servers for server=bob/, which reaches the server bob/; ada has that by shares.',
    )
    expect(steps).toMatchObject([
      {
        step: 'owner',
        sources: [{ name: 'user' }, { name: 'grader' }, { kind: 'shares', answer: 'yes' }],
      },
      { step: 'together' },
    ])
  })
})

test('what is missing is named for the user where a server cannot be (wire-contract §3.2)', () => {
  const resource = { server: 'eve/lab', groupsOfUser: [] }
  const ask = (scope: string) => explain({ ...PLAIN, scope, resource, token: null }).missing
  expect(ask('read:users:name')).toEqual(['read:users:name!user=eve'])
  expect(ask('read:servers')).toEqual(['read:servers!server=eve/lab'])
  expect(explain({ ...PLAIN, scope: 'shutdown', resource: undefined }).missing).toEqual([
    'shutdown',
  ])
})
