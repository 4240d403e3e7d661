import type { Json } from '../../model/json.ts'
import { PROFILE_KEY, slugOf } from '../../model/profiles.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import type { ConfigPath } from '../path.ts'
import type { Entry } from './read.ts'
import { entriesOf, itemsOf, textOf } from './read.ts'

/** `spawner.profiles` */
const PROFILES: ConfigPath = ['spawner', 'profiles']

/** Where something has `cmd`, `args` or `environment` of servers: each profile and each option. */
export function overridePaths(tree: ConfigTree): ConfigPath[] {
  return itemsOf(tree, PROFILES).flatMap(({ path }) => [
    path,
    ...entriesOf(tree, [...path, 'choices']).flatMap((choice) =>
      itemsOf(tree, [...choice.path, 'options']).map((option) => option.path),
    ),
  ])
}

/** Of what people choose from, each is called otherwise, and one at most is the default. */
function checkList(tree: ConfigTree, items: readonly Entry[], what: string): Finding[] {
  const slugs = new Map<string, ConfigPath>()
  let standard: ConfigPath | undefined
  return items.flatMap(({ path }) => {
    const findings: Finding[] = []
    const lineOf = (first: ConfigPath): number => tree.positionOf(first)?.line ?? 0
    const slug = checkSlug(tree, path)
    if (slug.finding !== undefined) findings.push(slug.finding)
    const taken = slugs.get(slug.text)
    if (taken !== undefined) {
      const message = `the slug is that of another ${what}, on line ${lineOf(taken)}`
      findings.push({ path: slug.path, message })
    } else if (slug.text !== '') slugs.set(slug.text, slug.path)
    const marked = [...path, 'default']
    if (tree.get(marked) !== true) return findings
    if (standard === undefined) standard = marked
    else {
      const message = `there is another default already, on line ${lineOf(standard)}`
      findings.push({ path: marked, message })
    }
    return findings
  })
}

interface Slug {
  /** Empty when there is none. */
  text: string
  path: ConfigPath
  finding?: Finding
}

/** The slug that something has or is given by its name. */
function checkSlug(tree: ConfigTree, around: ConfigPath): Slug {
  const own = textOf(tree, [...around, 'slug'])
  if (own !== undefined) return { text: own, path: [...around, 'slug'] }
  const path = [...around, 'name']
  const name = textOf(tree, path)
  if (name === undefined) return { text: '', path }
  const text = slugOf({ name })
  if (text.length > 0 && text.length <= 63) return { text, path }
  const message = 'no slug can be made of this name; give it one: slug: my-own'
  return { text: '', path, finding: { path, message } }
}

function checkKey({ path, key }: { path: ConfigPath; key: string; value: Json }): Finding[] {
  if (key !== PROFILE_KEY) return []
  const message = `user options have the profile under ${PROFILE_KEY}; call the choice otherwise`
  return [{ path, at: 'key', message }]
}

/** What people choose from before a server is started can be told apart, and has one default. */
export function checkProfiles(tree: ConfigTree): Finding[] {
  const profiles = itemsOf(tree, PROFILES)
  const choices = profiles.flatMap(({ path }) => entriesOf(tree, [...path, 'choices']))
  return [
    ...checkList(tree, profiles, 'profile'),
    ...choices.flatMap(checkKey),
    ...choices.flatMap(({ path }) =>
      checkList(tree, itemsOf(tree, [...path, 'options']), 'option of the choice'),
    ),
  ]
}
