import type { Json, JsonObject } from './json.ts'

/** What a profile, or an option of a choice, changes of how servers are started. */
export interface Override {
  environment: Readonly<Record<string, string>>
  args?: readonly string[] | undefined
}

/** What people choose from: it has a name to show and a word that stays in options and addresses. */
export interface Named {
  name: string
  /** Made of the name when left out. */
  slug?: string | undefined
  /** What is meant when nothing else is chosen. */
  default: boolean
}

export interface Choice {
  label: string
  options: readonly (Named & Override)[]
}

/** One of the ways to start a server (`spawner.profiles` in the config). */
export interface Profile extends Named, Override {
  description?: string | undefined
  cmd?: readonly string[] | undefined
  /** By their keys, which user options have. */
  choices: Readonly<Record<string, Choice>>
}

/** The key of user options that says which profile. */
export const PROFILE_KEY = 'profile'

/** What is wrong with user options. */
export interface OptionsFault {
  /** The key of the options. */
  field: string
  message: string
}

/** What was chosen: a profile, and one option of each of its choices, by the choice's key. */
export interface Chosen {
  profile: Profile
  options: ReadonlyMap<string, Named & Override>
}

/** `GPU (large)` as `gpu-large`; empty when nothing of the name can be in a slug. */
export function slugOf({ name, slug }: Pick<Named, 'name' | 'slug'>): string {
  if (slug !== undefined) return slug
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

/** The one of that slug, or undefined. */
export function bySlug<One extends Named>(all: readonly One[], slug: unknown): One | undefined {
  return all.find((one) => slugOf(one) === slug)
}

/** The one that is marked as default, else the first; undefined when there is none. */
export function defaultOf<One extends Named>(all: readonly One[]): One | undefined {
  return all.find((one) => one.default) ?? all[0]
}

function listed(all: readonly Named[]): string {
  return all.map(slugOf).join(', ')
}

function choiceFault(profile: Profile, key: string, value: Json): OptionsFault | undefined {
  const choice = Object.hasOwn(profile.choices, key) ? profile.choices[key] : undefined
  const own = slugOf(profile)
  if (choice === undefined) {
    const keys = Object.keys(profile.choices)
    const has = keys.length === 0 ? 'it has no choices' : `its choices are ${keys.join(', ')}`
    return { field: key, message: `the profile ${own} has no such choice; ${has}` }
  }
  if (bySlug(choice.options, value) !== undefined) return undefined
  return { field: key, message: `no such option; choose one of ${listed(choice.options)}` }
}

/**
 * What is wrong with options that somebody asks for, the first fault; undefined when a server can be
 * started with them. What they leave out is the default.
 * @param profiles those of the config, at least one
 */
export function optionsFault(
  profiles: readonly Profile[],
  options: JsonObject,
): OptionsFault | undefined {
  const { [PROFILE_KEY]: slug, ...choices } = options
  const profile = slug === undefined ? defaultOf(profiles) : bySlug(profiles, slug)
  if (profile === undefined) {
    return { field: PROFILE_KEY, message: `no such profile; choose one of ${listed(profiles)}` }
  }
  for (const [key, value] of Object.entries(choices)) {
    const fault = choiceFault(profile, key, value)
    if (fault !== undefined) return fault
  }
  return undefined
}

/**
 * What options stand for. They may be older than the config: what is gone from it is the default.
 * @returns undefined where there are no profiles
 */
export function chosenOf(
  profiles: readonly Profile[],
  options: JsonObject | null,
): Chosen | undefined {
  const profile = bySlug(profiles, options?.[PROFILE_KEY]) ?? defaultOf(profiles)
  if (profile === undefined) return undefined
  const chosen = new Map<string, Named & Override>()
  for (const [key, choice] of Object.entries(profile.choices)) {
    const option = bySlug(choice.options, options?.[key]) ?? defaultOf(choice.options)
    if (option !== undefined) chosen.set(key, option)
  }
  return { profile, options: chosen }
}

/** `GPU, Memory: 16 GB`, for people. */
export function chosenText({ profile, options }: Chosen): string {
  const parts = [...options].map(([key, { name }]) => `${profile.choices[key]?.label}: ${name}`)
  return [profile.name, ...parts].join(', ')
}

/** What a spawner starts servers with. */
export interface Commanded {
  cmd?: readonly string[] | undefined
  args: readonly string[]
  environment: Readonly<Record<string, string>>
}

/**
 * How a server is started that somebody chose something for: `cmd` and `args` of the profile are in
 * the place of the spawner's, arguments of its options come behind, and the environment is put
 * together, the options' last. Nothing is filled in yet.
 */
export function withChosen(base: Commanded, chosen: Chosen | undefined): Commanded {
  if (chosen === undefined) return base
  const { profile } = chosen
  const options = [...chosen.options.values()]
  const environments = [base, profile, ...options].map(({ environment }) => environment)
  return {
    cmd: profile.cmd ?? base.cmd,
    args: [...(profile.args ?? base.args), ...options.flatMap(({ args = [] }) => args)],
    environment: Object.assign({}, ...environments) as Record<string, string>,
  }
}
