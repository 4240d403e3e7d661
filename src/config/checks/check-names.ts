import { isValidUsername, normalizeUsername } from '../../model/username.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import type { ConfigPath } from '../path.ts'
import { entriesOf, itemsOf, textOf, textsOf } from './read.ts'

/** The lists of usernames in a config file. */
function usernameLists(tree: ConfigTree): ConfigPath[] {
  return [
    ['admin_users'],
    ['allowed_users'],
    ...entriesOf(tree, ['load_groups']).map(({ path }) => [...path, 'users']),
    ...itemsOf(tree, ['load_roles']).map(({ path }) => [...path, 'users']),
  ]
}

/** Words for a name that no user may have. */
export const INVALID_USERNAME =
  'no user can have this name: use letters, digits and - _ . @ + ~, at most 255 bytes'

/** Every username is one that a user may have. */
export function checkUsernames(tree: ConfigTree): Finding[] {
  return usernameLists(tree)
    .flatMap((path) => textsOf(tree, path))
    .filter(({ text }) => !isValidUsername(normalizeUsername(text)))
    .map(({ path }) => ({ path, message: INVALID_USERNAME }))
}

/** No two services have the same name. */
export function checkServiceNames(tree: ConfigTree): Finding[] {
  return doubledNames(tree, 'services')
}

/** A finding for each item of a list whose `name` an earlier item has. */
export function doubledNames(tree: ConfigTree, list: string): Finding[] {
  const seen = new Map<string, ConfigPath>()
  const findings: Finding[] = []
  for (const item of itemsOf(tree, [list])) {
    const path = [...item.path, 'name']
    const name = textOf(tree, path)
    if (name === undefined) continue
    const first = seen.get(name)
    if (first === undefined) seen.set(name, path)
    else {
      const line = tree.positionOf(first)?.line ?? 0
      findings.push({ path, message: `the name is taken by another of ${list}, on line ${line}` })
    }
  }
  return findings
}
