import { scopeFault } from '../../model/scope-fault.ts'
import type { CustomScopes } from '../../model/scope-table.ts'
import { SCOPES } from '../../model/scope-table.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import { nearest } from '../nearest.ts'
import type { ConfigPath } from '../path.ts'
import { doubledNames } from './check-names.ts'
import { entriesOf, itemsOf, serviceNames, textOf, textsOf } from './read.ts'

/** The custom scopes as far as they can be read, for the question whether a scope exists. */
export function readCustomScopes(tree: ConfigTree): CustomScopes {
  const entries = entriesOf(tree, ['custom_scopes']).map(
    ({ key }) => [key, { description: '', subscopes: [] }] as const,
  )
  return Object.fromEntries(entries)
}

function didYouMean(scope: string, names: Iterable<string>): string {
  const close = nearest(scope, names)
  return close === undefined ? '' : `; did you mean ${close}?`
}

/**
 * A finding when a scope does not exist; its name is told only when it is no secret by chance.
 * @param holder what the scope is for, as the message names it
 */
export function unknownScope(
  tree: ConfigTree,
  path: ConfigPath,
  scope: string,
  custom: CustomScopes,
  holder = 'a role',
): Finding[] {
  const fault = scopeFault(scope, custom, holder)
  if (fault === null) return []
  if (!tree.isShowable(path)) return [{ path, message: 'there is no such scope' }]
  const [base = ''] = scope.split('!')
  const names = [...SCOPES.keys(), ...Object.keys(custom)]
  const hint = names.includes(base) ? '' : didYouMean(base, names)
  return [{ path, message: `${fault}${hint}` }]
}

function checkScopes(tree: ConfigTree, role: ConfigPath, custom: CustomScopes): Finding[] {
  return textsOf(tree, [...role, 'scopes']).flatMap(({ path, text }) =>
    unknownScope(tree, path, text, custom),
  )
}

/** The admin role is what wire-contract §3.5 says; only who has it can be configured. */
function checkAdmin(tree: ConfigTree, role: ConfigPath): Finding[] {
  if (textOf(tree, [...role, 'name']) !== 'admin') return []
  return ['scopes', 'description']
    .map((key) => [...role, key])
    .filter((path) => tree.get(path) !== undefined)
    .map((path) => ({
      path,
      at: 'key',
      message: 'the admin role cannot be redefined; remove this key',
    }))
}

function checkServices(
  tree: ConfigTree,
  role: ConfigPath,
  services: ReadonlySet<string>,
): Finding[] {
  return textsOf(tree, [...role, 'services'])
    .filter(({ text }) => !services.has(text))
    .map(({ path }) => ({ path, message: 'services has no service of this name' }))
}

/** Names of roles differ; their scopes and services exist; `admin` is not redefined. */
export function checkRoles(tree: ConfigTree): Finding[] {
  const custom = readCustomScopes(tree)
  const services = serviceNames(tree)
  const roles = itemsOf(tree, ['load_roles'])
  return [
    ...doubledNames(tree, 'load_roles'),
    ...roles.flatMap(({ path }) => [
      ...checkScopes(tree, path, custom),
      ...checkAdmin(tree, path),
      ...checkServices(tree, path, services),
    ]),
  ]
}

/** The subscopes of custom scopes are custom scopes of the same file (wire-contract §3.8), without circles. */
export function checkCustomScopes(tree: ConfigTree): Finding[] {
  const names = entriesOf(tree, ['custom_scopes']).map(({ key }) => key)
  const subscopes = (name: string): { path: ConfigPath; text: string }[] =>
    textsOf(tree, ['custom_scopes', name, 'subscopes'])

  const reaches = (from: string, target: string, seen: Set<string>): boolean => {
    if (from === target) return true
    if (seen.has(from)) return false
    seen.add(from)
    return subscopes(from).some(({ text }) => reaches(text, target, seen))
  }
  return names.flatMap((name) =>
    subscopes(name).flatMap(({ path, text }) => {
      if (!names.includes(text)) {
        const message = `a subscope is one of custom_scopes${didYouMean(text, names)}`
        return [{ path, message }]
      }
      return reaches(text, name, new Set())
        ? [{ path, message: 'this scope brings along itself, by way of this subscope' }]
        : []
    }),
  )
}
