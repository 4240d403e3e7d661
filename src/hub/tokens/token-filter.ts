import { expandScopes } from '../../model/expand-scopes.ts'
import { usersNamed } from '../../model/intersect-scopes.ts'
import type { ParsedScope } from '../../model/parse-scope.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { METASCOPES } from '../../model/scope-table.ts'
import { isSubset } from '../../model/subset-scopes.ts'
import type { TokenKind, TokenRecord } from '../../model/token.ts'
import type { Activity } from '../activity/activity.ts'
import type { HubContext } from '../context.ts'
import { groupsOfNamed, ownerNow } from '../identity/owners.ts'

/** Which tokens are meant: those of which all that is given here is true. */
export interface TokenFilter {
  kind?: TokenKind | undefined
  /** A part of the note, in any case. */
  note?: string | undefined
  /**
   * A scope that exists: without a filter, tokens that were made with it for whatever resource; with
   * one, those that were made with it for that resource at least. Scopes bring their subscopes, and
   * `inherit` what the owner may do now; asked for itself, `inherit` or `self` is just that scope.
   */
  scope?: string | undefined
  /** Last used before this, or made before it and never used; milliseconds since the epoch. */
  unusedSince?: number | undefined
  /** Milliseconds since the epoch. */
  createdBefore?: number | undefined
  /** Ends before this (milliseconds since the epoch), or never. */
  expires?: number | 'never' | undefined
}

const caseless = (text: string): string => text.normalize('NFC').toLowerCase()

function matchesRecord(filter: TokenFilter, record: TokenRecord): boolean {
  const { kind, note = '', createdBefore = Number.POSITIVE_INFINITY, expires } = filter
  const { expiresAt } = record
  return (
    (kind === undefined || record.kind === kind) &&
    caseless(record.note).includes(caseless(note)) &&
    record.created < createdBefore &&
    (expires !== 'never' || expiresAt === null) &&
    (typeof expires !== 'number' || (expiresAt !== null && expiresAt < expires))
  )
}

/** What a token was made to allow, whether or not its owner may do that now. */
async function madeFor(hub: HubContext, { owner, scopes }: TokenRecord): Promise<ScopeSet> {
  const { config } = hub.snapshot()
  if (!scopes.includes('inherit')) return expandScopes(scopes, owner, config.custom_scopes)
  const now = await ownerNow(hub, hub.cache, config, owner)
  return now?.id === owner.id ? now.scopes : new Map()
}

/** The one scope without its subscopes, as the owner of a token would hold it. */
function alone(
  asked: ParsedScope,
  raw: string,
  { owner }: TokenRecord,
  hub: HubContext,
): ScopeSet | undefined {
  const all = expandScopes([raw], owner, hub.snapshot().config.custom_scopes)
  const held = all.get(asked.base)
  return held === undefined ? undefined : new Map([[asked.base, held]])
}

async function matchesScope(hub: HubContext, raw: string, record: TokenRecord): Promise<boolean> {
  const asked = parseScope(raw)
  if (asked === null) return false
  if (METASCOPES.has(asked.base)) return record.scopes.includes(asked.base)
  const made = await madeFor(hub, record)
  if (asked.filter === null) return made.has(asked.base)
  const wanted = alone(asked, raw, record, hub)
  if (wanted === undefined) return false
  const groupsOf =
    usersNamed(wanted).size === 0 ? () => [] : await groupsOfNamed(hub, hub.cache, wanted, made)
  return isSubset(wanted, made, groupsOf)
}

async function lastUses(
  activity: Activity,
  filter: TokenFilter,
  records: readonly TokenRecord[],
): Promise<(number | null)[]> {
  if (filter.unusedSince === undefined) return []
  return activity.lastOfMany(
    'token',
    records.map((record) => record.id),
  )
}

/** Which of these tokens a filter means, in their order. */
export async function matchingTokens(
  hub: HubContext,
  activity: Activity,
  filter: TokenFilter,
  records: readonly TokenRecord[],
): Promise<boolean[]> {
  const { scope, unusedSince = Number.POSITIVE_INFINITY } = filter
  const used = await lastUses(activity, filter, records)
  return Promise.all(
    records.map(
      async (record, i) =>
        matchesRecord(filter, record) &&
        (used[i] ?? record.created) < unusedSince &&
        (scope === undefined || (await matchesScope(hub, scope, record))),
    ),
  )
}
