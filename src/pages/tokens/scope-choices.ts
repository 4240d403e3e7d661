import { HubgateError } from '../../base/errors.ts'
import { FILTER_KINDS } from '../../model/scope-filters.ts'
import type { ScopeFilters, ScopeSet } from '../../model/scope-set.ts'
import type { CustomScopes } from '../../model/scope-table.ts'
import { METASCOPES, SELF_SCOPES, scopeEntry, subscopesOf } from '../../model/scope-table.ts'
import type { ScopeChoice, ScopeGroup } from '../../views/tokens/scope-picker.ts'

/** It opens servers, which no hub token does. */
const NOT_FOR_HUB_TOKENS = new Set(['access:servers', ...METASCOPES])

/** What a scope is about, by its name: the first that fits. */
const RESOURCES: readonly (readonly [pattern: RegExp, title: string])[] = [
  [/^custom:/, 'Made for this hub'],
  [/shares$/, 'Sharing'],
  [/roles|user|auth_state/, 'Users and roles'],
  [/server/, 'Servers'],
  [/token/, 'Tokens'],
  [/group/, 'Groups'],
  [/service/, 'Services'],
]

/** In the order in which they are shown: what people need most comes first. */
const TITLES = [
  'Servers',
  'Tokens',
  'Sharing',
  'Users and roles',
  'Groups',
  'Services',
  'The hub itself',
  'Made for this hub',
]

const titleOf = (scope: string): string =>
  RESOURCES.find(([pattern]) => pattern.test(scope))?.[1] ?? 'The hub itself'

/** What can be narrowed to a user. */
const OWN = new Set(SELF_SCOPES.flatMap((scope) => [...subscopesOf(scope, {})]))

/** Filters that are shown of a scope; of more it is told how many. */
const MAX_PLACES = 3

function placesOf(held: true | ScopeFilters, me: string): string {
  if (held === true) return 'everywhere'
  const places = FILTER_KINDS.flatMap((kind) =>
    [...(held[kind] ?? [])].map((name) =>
      kind === 'user' && name === me ? 'what is yours' : `${kind} ${name}`,
    ),
  )
  const more = places.length - MAX_PLACES
  const shown = places.slice(0, MAX_PLACES).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}

const isOnlyMine = (held: true | ScopeFilters, me: string): boolean =>
  held !== true &&
  FILTER_KINDS.every((kind) =>
    [...(held[kind] ?? [])].every((name) => kind === 'user' && name === me),
  )

/** Whether something that somebody holds reaches further than what is theirs. */
export function reachesFurther(held: ScopeSet, me: string): boolean {
  return [...held].some(([scope, filters]) => OWN.has(scope) && !isOnlyMine(filters, me))
}

/**
 * What a hub token of somebody may be narrowed to: the scopes that they hold, by what they are about.
 * @param me the name of who holds them
 */
export function scopeGroups(held: ScopeSet, custom: CustomScopes, me: string): ScopeGroup[] {
  const choices = [...held].flatMap(([name, filters]): ScopeChoice[] => {
    const entry = NOT_FOR_HUB_TOKENS.has(name) ? undefined : scopeEntry(name, custom)
    if (entry === undefined) return []
    const { description, subscopes } = entry
    return [{ name, description, includes: subscopes, where: placesOf(filters, me) }]
  })
  return TITLES.map((title) => ({
    title,
    choices: choices
      .filter(({ name }) => titleOf(name) === title)
      .sort((a, b) => b.includes.length - a.includes.length || (a.name < b.name ? -1 : 1)),
  })).filter((group) => group.choices.length > 0)
}

function rawOf(scope: string, held: true | ScopeFilters | undefined, me: string): string[] {
  // What is not held is asked for as it is: the API says why it is refused.
  if (held === undefined || held === true) return [scope]
  return FILTER_KINDS.flatMap((kind) =>
    [...(held[kind] ?? [])].map((name) =>
      // Without the name it stays theirs when they are renamed.
      kind === 'user' && name === me ? `${scope}!user` : `${scope}!${kind}=${name}`,
    ),
  )
}

/**
 * The raw scopes of a hub token for which these were chosen: each as far as it is held, or only for
 * what is the owner's own; all that the owner may do when none was chosen.
 * @param me the owner's name
 * @throws HubgateError `bad_request` for a scope that is about nothing of the owner's own
 */
export function chosenScopes(
  chosen: readonly string[],
  onlyMine: boolean,
  held: ScopeSet,
  me: string,
): string[] {
  if (chosen.length === 0) return ['inherit']
  if (chosen.includes('access:servers')) {
    throw new HubgateError('bad_request', 'Only a notebook token opens servers: choose that kind.')
  }
  if (!onlyMine) return chosen.flatMap((scope) => rawOf(scope, held.get(scope), me))
  const foreign = chosen.filter((scope) => !OWN.has(scope))
  if (foreign.length === 0) return chosen.map((scope) => `${scope}!user`)
  throw new HubgateError(
    'bad_request',
    `${foreign.join(', ')} cannot be narrowed to what is yours: leave it out, or let the token reach as far as you do.`,
  )
}
