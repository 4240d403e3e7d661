import type { JsonObject } from '../../model/json.ts'
import type { Choice, Profile } from '../../model/profiles.ts'
import { chosenOf, chosenText, PROFILE_KEY, slugOf } from '../../model/profiles.ts'
import type { ServerRecord } from '../../model/server.ts'
import type { ProfileCard } from '../../views/servers/profile-cards.ts'
import { field } from '../form.ts'

/** What query parameters begin with that choose something (wire-contract §8.4). */
const QUERY_PREFIX = 'opt-'

/**
 * What a form chose: a profile, and what it says of that one's choices; those of others do not count.
 * @returns undefined when it chose nothing: then the last options are used again
 * @throws HubgateError `bad_request` when a field was sent twice
 */
export function optionsOfForm(form: URLSearchParams): JsonObject | undefined {
  const slug = field(form, PROFILE_KEY)
  if (slug === undefined) return undefined
  const prefix = `${slug}.`
  const own = [...form.keys()].filter((name) => name.startsWith(prefix))
  const choices = own.map((name) => [name.slice(prefix.length), field(form, name) ?? ''])
  return { ...Object.fromEntries(choices), [PROFILE_KEY]: slug }
}

/** What an address chooses, `?opt-profile=gpu&opt-memory=16-gb`; undefined when it says nothing. */
export function optionsOfQuery(query: Readonly<Record<string, string>>): JsonObject | undefined {
  const chosen = Object.entries(query)
    .filter(([name]) => name.startsWith(QUERY_PREFIX))
    .map(([name, value]) => [name.slice(QUERY_PREFIX.length), value])
  return chosen.length === 0 ? undefined : Object.fromEntries(chosen)
}

/** The profiles as a form shows them, with what was chosen, or else what is the default. */
export function cardsOf(profiles: readonly Profile[], options: JsonObject | null): ProfileCard[] {
  const chosen = chosenOf(profiles, options)?.profile
  return profiles.map((profile) => {
    const mine = profile === chosen ? options : null
    return {
      value: slugOf(profile),
      name: profile.name,
      chosen: profile === chosen,
      description: profile.description ?? '',
      choices: choicesOf(profile, { ...mine, [PROFILE_KEY]: slugOf(profile) }),
    }
  })
}

function choicesOf(profile: Profile, options: JsonObject): ProfileCard['choices'] {
  const chosen = chosenOf([profile], options)?.options
  return Object.entries(profile.choices).map(([key, choice]: [string, Choice]) => ({
    field: `${slugOf(profile)}.${key}`,
    label: choice.label,
    options: choice.options.map((option) => ({
      value: slugOf(option),
      name: option.name,
      chosen: option === chosen?.get(key),
    })),
  }))
}

/** What a server is started with unless something else is chosen, for people; empty without profiles. */
export function chosenLine(
  profiles: readonly Profile[],
  record: Pick<ServerRecord, 'userOptions'> | undefined,
): string {
  const chosen = chosenOf(profiles, record?.userOptions ?? null)
  return chosen === undefined ? '' : chosenText(chosen)
}
