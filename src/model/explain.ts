import type { Resource } from './allows.ts'
import { allows } from './allows.ts'
import { coveringFilters, heldFor } from './covering-filters.ts'
import type { ScopeOwner } from './expand-scopes.ts'
import { expandScopes } from './expand-scopes.ts'
import { reasonOf } from './explain-reason.ts'
import { identityScopes } from './identity-scopes.ts'
import { intersectScopes } from './intersect-scopes.ts'
import type { GroupsOf } from './scope-filters.ts'
import { ownerOfServer } from './scope-filters.ts'
import type { ScopeSet } from './scope-set.ts'
import type { CustomScopes } from './scope-table.ts'
import { SCOPES, subscopesOf } from './scope-table.ts'
import type { TokenKind } from './token.ts'

/** Something that gives an owner scopes. */
export interface ScopeSource {
  readonly kind: 'role' | 'shares'
  /** The role; empty for all shares together. */
  readonly name: string
  /** How the owner comes to it: `every user`, `admin`, `user ada`, `group class-a`, … */
  readonly through: readonly string[]
  /** Raw. */
  readonly scopes: readonly string[]
}

/** Whether a scope is held for a resource, and by whom. */
export interface Question {
  /** A known scope without filter, and no metascope. */
  readonly scope: string
  /** One thing, or a server with its owner's groups; undefined asks for every resource. */
  readonly resource: Resource | undefined
  readonly owner: ScopeOwner
  /** Everything that gives the owner scopes. */
  readonly sources: readonly ScopeSource[]
  /** Null for an owner who is asked about without a token: a sign-in. */
  readonly token: { readonly kind: TokenKind; readonly scopes: readonly string[] } | null
  readonly custom: CustomScopes
  /** The current groups of every user whom a filter of the scopes above names. */
  readonly groupsOf: GroupsOf
  /** Whether the answer may tell what the owner holds and from where. */
  readonly showOwner: boolean
}

/** What a set of scopes says to the question, and the filters of the scope in that set. */
export interface Finding {
  /** `elsewhere`: held for other resources only. */
  readonly answer: 'yes' | 'elsewhere' | 'no'
  /** `everything`, or filters such as `group=class-a`. */
  readonly held_for: readonly string[]
  /** Those that reach the resource. */
  readonly covered_by: readonly string[]
}

/** One look at the question, in the order taken; each is `ok` when nothing is wrong there. */
export type Step =
  /** Whether tokens of this kind are looked at where the scope counts. */
  | { readonly step: 'kind'; readonly ok: boolean; readonly token_kind: TokenKind }
  /** What the token was made for, raw and resolved. */
  | (Finding & {
      readonly step: 'token'
      readonly ok: boolean
      /** Whether it allows all that its owner may do. */
      readonly inherits: boolean
      readonly scopes: readonly string[]
    })
  /** What the owner may do now, and by what. */
  | (Finding & {
      readonly step: 'owner'
      readonly ok: boolean
      readonly sources: readonly SourceFinding[]
    })
  /** What remains of both: what the credential allows. */
  | (Finding & { readonly step: 'together'; readonly ok: boolean })

export type SourceFinding = Finding & Pick<ScopeSource, 'kind' | 'name' | 'through'>

export interface Explanation {
  readonly allowed: boolean
  /** One or two sentences for a person. */
  readonly reason: string
  readonly steps: readonly Step[]
  /** The narrowest scopes that would have been enough; empty when the scopes are not what is missing. */
  readonly missing: readonly string[]
  /** Every scope that brings the one asked for, itself included. */
  readonly enough: readonly string[]
}

function findingOf(set: ScopeSet, { scope, resource }: Question): Finding {
  return {
    answer: allows(set, scope, resource),
    held_for: heldFor(set, scope),
    covered_by: coveringFilters(set, scope, resource),
  }
}

/** Hub tokens open no server, notebook tokens nothing else (design.md §2). */
function kindStep({ scope, token }: Question): Step[] {
  if (token === null) return []
  const ok = (scope === 'access:servers') === (token.kind === 'notebook')
  return [{ step: 'kind', ok, token_kind: token.kind }]
}

function ownerStep(question: Question, held: ScopeSet): Step {
  const { custom, owner, sources } = question
  const finding = findingOf(held, question)
  const found = sources.map(({ kind, name, through, scopes }) => {
    return { kind, name, through, ...findingOf(expandScopes(scopes, owner, custom), question) }
  })
  return {
    step: 'owner',
    ok: finding.answer === 'yes',
    ...finding,
    // Roles are always told: that a role does not give it is worth knowing.
    sources: found.filter(({ kind, answer }) => kind === 'role' || answer !== 'no'),
  }
}

/** What a token was made to allow; with `inherit` all that its owner may do. */
function madeFor({ token, owner, custom }: Question, held: ScopeSet): ScopeSet {
  if (token === null || token.scopes.includes('inherit')) return held
  return expandScopes([...token.scopes, ...identityScopes(owner)], owner, custom)
}

function tokenStep(question: Question, made: ScopeSet): Step[] {
  const { token } = question
  if (token === null) return []
  const finding = findingOf(made, question)
  const { scopes } = token
  const inherits = scopes.includes('inherit')
  return [{ step: 'token', ok: finding.answer === 'yes', ...finding, inherits, scopes }]
}

/** The scope as it would be given for just this resource. */
function narrowest({ scope, resource }: Question): string {
  if (resource?.server !== undefined) {
    // A server is no user: read:user… scopes for it are dropped (wire-contract §3.2).
    return scope.startsWith('read:user')
      ? `${scope}!user=${ownerOfServer(resource.server)}`
      : `${scope}!server=${resource.server}`
  }
  const named = (['user', 'group', 'service'] as const).find(
    (kind) => resource?.[kind] !== undefined,
  )
  return named === undefined ? scope : `${scope}!${named}=${resource?.[named]}`
}

function bringing({ scope, custom }: Question): string[] {
  const all = [...SCOPES.keys(), ...Object.keys(custom)]
  return all.filter((one) => subscopesOf(one, custom).has(scope)).sort()
}

/**
 * Why a credential may do something, or not: the answer of `allows` for what the token and its owner
 * both hold (wire-contract §3.4), and of the kind of token (design.md §2), with what led to it.
 */
export function explain(question: Question): Explanation {
  const { token, sources, owner, custom, groupsOf, showOwner } = question
  const held = expandScopes(
    sources.flatMap(({ scopes }) => scopes),
    owner,
    custom,
  )
  const made = madeFor(question, held)
  const isNarrowed = token !== null && !token.scopes.includes('inherit')
  const together = isNarrowed ? intersectScopes(made, held, groupsOf) : held
  const finding = findingOf(together, question)
  const ok = finding.answer === 'yes'
  const all: Step[] = [
    ...kindStep(question),
    ...tokenStep(question, made),
    ...(showOwner ? [ownerStep(question, held)] : []),
    { step: 'together', ok, ...finding },
  ]
  return {
    allowed: ok && all.every((step) => step.step !== 'kind' || step.ok),
    reason: reasonOf(question, all),
    steps: all,
    missing: ok ? [] : [narrowest(question)],
    enough: bringing(question),
  }
}
