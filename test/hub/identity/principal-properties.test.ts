// What the hub derives from its store about a token, against the reference, while the world changes.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Resource } from '../../../src/model/allows.ts'
import { allows } from '../../../src/model/allows.ts'
import type { Principal } from '../../../src/model/principal.ts'
import { configuredRoles, owner, rawScopes, shares } from '../../model/arbitrary-scopes.ts'
import type { World } from '../../support/reference-scopes.ts'
import {
  ALL_SCOPES,
  GROUPS,
  RESOURCES,
  referenceToken,
  USERS,
} from '../../support/reference-scopes.ts'
import type { Step } from '../../support/store-world.ts'
import { StoreWorld } from '../../support/store-world.ts'

const user = fc.constantFrom(...USERS)
const group = fc.constantFrom(...GROUPS)
const is = <Word extends string>(...words: Word[]): fc.Arbitrary<Word> => fc.constantFrom(...words)
const share = shares.filter((all) => all.length > 0).map(([one]) => one)

const makeToken = fc.record({
  do: is('make token'),
  owner,
  raw: fc.oneof(rawScopes, fc.constant(['inherit'])),
})

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: is('join', 'leave'), user, group }) },
  { weight: 3, arbitrary: fc.record({ do: is('share', 'unshare'), share }) },
  { weight: 2, arbitrary: fc.record({ do: is('reload'), roles: configuredRoles }) },
  { weight: 2, arbitrary: fc.record({ do: is('recreate user', 'promote', 'demote'), user }) },
  { weight: 1, arbitrary: fc.record({ do: is('rename'), user, to: user }) },
  { weight: 1, arbitrary: fc.record({ do: is('recreate group'), group }) },
  { weight: 1, arbitrary: fc.constant({ do: 'recreate service' }) },
  { weight: 2, arbitrary: makeToken },
) as fc.Arbitrary<Step>

/** What there is to begin with, so that not all changes fall into an empty world. */
const beginning = fc
  .record({
    joins: fc.array(fc.record({ do: is('join'), user, group }), { maxLength: 4 }),
    roles: configuredRoles.map((roles) => ({ do: 'reload' as const, roles })),
    given: shares.map((all) => all.map((one) => ({ do: 'share' as const, share: one }))),
    tokens: fc.array(makeToken, { minLength: 1, maxLength: 3 }),
  })
  .map(({ joins, roles, given, tokens }): Step[] => [...joins, roles, ...given, ...tokens])

function resourceOf(text: string, { groups }: World): Resource | undefined {
  if (text === '*') return undefined
  const [, kind = '', name = ''] = /^(\w+) (.*)$/.exec(text) ?? []
  const [owns = ''] = name.split('/')
  return { [kind]: name, groupsOfUser: groups[owns] ?? [] }
}

function atomsOf(principal: Principal, world: World): string[] {
  return ALL_SCOPES.flatMap((scope) =>
    RESOURCES.filter((name) => allows(principal.scopes, scope, resourceOf(name, world)) === 'yes')
      .map((name) => `${scope} > ${name}`)
      .sort(),
  ).sort()
}

async function compare(world: StoreWorld): Promise<void> {
  const now = world.now()
  for (const token of world.tokens) {
    const principal = await world.principalOf(token)
    if (token.owner === undefined) {
      expect(principal).toBeUndefined()
      continue
    }
    expect(principal).toMatchObject(token.owner)
    if (principal === undefined) continue
    const expected = [...referenceToken(now, token.owner, token.raw)].sort()
    expect(atomsOf(principal, now)).toEqual(expected)
  }
}

it('a token allows what the reference says, at once after every change', async () => {
  await fc.assert(
    fc.asyncProperty(beginning, fc.array(step, { maxLength: 8 }), async (first, then) => {
      const world = await StoreWorld.open()
      try {
        for (const one of first) await world.apply(one)
        await compare(world)
        for (const one of then) {
          await world.apply(one)
          await compare(world)
        }
      } finally {
        await world.hub.close()
      }
    }),
    { numRuns: 30 },
  )
}, 120_000)
