// The rules side by side with those of the JupyterHub that the set-up installs in .venv.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Resource } from '../../src/model/allows.ts'
import { allows } from '../../src/model/allows.ts'
import { expandScopes } from '../../src/model/expand-scopes.ts'
import { intersectScopes } from '../../src/model/intersect-scopes.ts'
import { listScopes } from '../../src/model/list-scopes.ts'
import { DEFAULT_ROLES } from '../../src/model/roles.ts'
import { scopeFault } from '../../src/model/scope-fault.ts'
import { SCOPES } from '../../src/model/scope-table.ts'
import { isValidDisplayName, isValidServerName } from '../../src/model/server-name.ts'
import type { Memberships } from '../support/reference-scopes.ts'
import {
  ALL_SCOPES,
  CUSTOM,
  GROUPS,
  RESOURCES,
  SERVICES,
  USERS,
} from '../support/reference-scopes.ts'
import { owner, rawScopes } from './arbitrary-scopes.ts'

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
const ORACLE = fileURLToPath(new URL('jupyterhub-oracle.py', import.meta.url))

/** Differences of the scope table that were looked at and are meant: difference → reason. */
const REVIEWED: Readonly<Record<string, string>> = {}

const MEMBERSHIPS: Memberships = { ada: ['red', 'blue'], bob: ['red'], cyd: [] }

const cases = fc.sample(
  fc.record({
    a: rawScopes,
    ownerA: owner,
    b: rawScopes,
    ownerB: owner,
    about: fc.constantFrom(...RESOURCES),
  }),
  { numRuns: 400, seed: 20260 },
)

/** What is refused by both, in the same words, and what is fine with both. */
const FAULTS = [
  'all',
  'nothing',
  'nothing!user=ada',
  'constructor',
  '',
  ' users',
  'Users',
  'users!role=x',
  'users!group',
  'users!users=ada',
  'users!User=ada',
  'users!=ada',
  'users!user ',
  'users!!user',
  'inherit',
  'self',
  '(no_scope)',
  'read:users!server=x',
  'users!user=a!b=c',
  'users!user',
  'users!service',
  'users!server',
]

const SERVER_NAMES = [
  '',
  'a',
  'lab',
  'lab-2',
  'a--b',
  '-a',
  'a-',
  '2a',
  'A',
  'a_b',
  'a.b',
  'á',
  'a b',
]
const LONG_SERVER_NAMES = ['a'.repeat(30), 'a'.repeat(31), `${'a-'.repeat(15)}b`, 'a\n', 'a/b']
const DISPLAY_NAMES = [
  ...['', 'a', 'My lab', ' a', 'a ', 'a  b', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u2003b', 'a\u200bb'],
  ...['e\u0301', 'é', 'हिन्दी', '\u{1f431}', 'x'.repeat(255), 'x'.repeat(256), '\u0000', '\ue000'],
  ...[
    '<b>',
    '"\'&',
    'a/b',
    '\u{1f431}'.repeat(255),
    '\u{1f431}'.repeat(256),
    'e\u0301'.repeat(200),
  ],
]

interface Answers {
  scopes: Record<string, string[]>
  roles: Record<string, string[]>
  self: string[]
  cases: { a: string[]; both: string[]; has: boolean[] }[]
  faults: (string | null)[]
  serverNames: boolean[]
  displayNames: boolean[]
}

/** One question for each scope: the scope itself, narrowed to the case's resource. */
function questions(about: string): string[] {
  const suffix = about === '*' ? '' : `!${about.replace(' ', '=')}`
  return ALL_SCOPES.map((scope) => scope + suffix)
}

function resourceOf(about: string): Resource | undefined {
  if (about === '*') return undefined
  const [, kind = '', name = ''] = /^(\w+) (.*)$/.exec(about) ?? []
  const user = kind === 'server' ? name.replace(/\/.*$/, '') : name
  return { [kind]: name, groupsOfUser: MEMBERSHIPS[user] ?? [] }
}

function askJupyterHub(): Answers {
  const asked = {
    users: USERS,
    custom: CUSTOM,
    groups: GROUPS,
    services: SERVICES,
    memberships: MEMBERSHIPS,
    cases: cases.map(({ about, ...sides }) => ({ ...sides, ask: questions(about) })),
    faults: FAULTS,
    serverNames: [...SERVER_NAMES, ...LONG_SERVER_NAMES],
    displayNames: DISPLAY_NAMES,
  }
  const run = spawnSync(PYTHON, [ORACLE], { input: JSON.stringify(asked), encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${PYTHON}: ${run.error?.message ?? run.stderr}`)
  return JSON.parse(run.stdout) as Answers
}

describe('as in JupyterHub', () => {
  let hub: Answers
  beforeAll(() => {
    hub = askJupyterHub()
  }, 60_000)

  test('the scopes and their subscopes are the same, but for reviewed differences', () => {
    const differences: string[] = []
    for (const name of new Set([...SCOPES.keys(), ...Object.keys(hub.scopes)])) {
      const [ours, theirs] = [SCOPES.get(name)?.subscopes, hub.scopes[name]]
      if (ours === undefined) differences.push(`${name}: only in JupyterHub`)
      else if (theirs === undefined) differences.push(`${name}: only here`)
      else if (ours.toSorted().join() !== theirs.toSorted().join()) {
        differences.push(`${name}: ${ours.join(' ')} against ${theirs.join(' ')}`)
      }
    }
    expect(differences.sort()).toEqual(Object.keys(REVIEWED).sort())
  })

  test('the default roles have the same scopes', () => {
    const ours = Object.fromEntries(DEFAULT_ROLES.map(({ name, scopes }) => [name, scopes]))
    expect(ours).toEqual(hub.roles)
  })

  test('self is the same scopes', () => {
    const self = expandScopes(['self'], { kind: 'user', name: 'ada' }, {})
    expect(listScopes(self)).toEqual(hub.self)
  })

  test('random scopes expand to the same', () => {
    const ours = cases.map(({ a, ownerA }) => listScopes(expandScopes(a, ownerA, CUSTOM)))
    expect(ours).toEqual(hub.cases.map(({ a }) => a.toSorted()))
  })

  test('random scopes intersect to the same', () => {
    const ours = cases.map(({ a, ownerA, b, ownerB }) =>
      listScopes(
        intersectScopes(
          expandScopes(a, ownerA, CUSTOM),
          expandScopes(b, ownerB, CUSTOM),
          (user) => MEMBERSHIPS[user] ?? [],
        ),
      ),
    )
    expect(ours).toEqual(hub.cases.map(({ both }) => both.toSorted()))
  })

  test('random scopes allow the same', () => {
    const ours = cases.map(({ a, ownerA, about }) => {
      const held = expandScopes(a, ownerA, CUSTOM)
      return ALL_SCOPES.map((scope) => allows(held, scope, resourceOf(about)) === 'yes')
    })
    expect(ours).toEqual(hub.cases.map(({ has }) => has))
  })

  test('faulty scopes are refused in the same words', () => {
    expect(FAULTS.map((raw) => [raw, scopeFault(raw, CUSTOM)])).toEqual(
      FAULTS.map((raw, index) => [raw, hub.faults[index]]),
    )
  })

  test('the same names are valid for a server', () => {
    const names = [...SERVER_NAMES, ...LONG_SERVER_NAMES]
    expect(names.map((name) => [name, isValidServerName(name)])).toEqual(
      names.map((name, index) => [name, hub.serverNames[index]]),
    )
  })

  test('the same names may be displayed', () => {
    expect(DISPLAY_NAMES.map((name) => [name, isValidDisplayName(name)])).toEqual(
      DISPLAY_NAMES.map((name, index) => [name, hub.displayNames[index]]),
    )
  })
})
