/**
 * Careful reading of a config tree whose shape has not been found right (yet): what has the wrong
 * type reads as absent, because the schema reports it.
 */
import type { Json } from '../../model/json.ts'
import type { ConfigTree } from '../config-tree.ts'
import type { ConfigPath } from '../path.ts'

export interface Entry {
  readonly path: ConfigPath
  readonly value: Json
}

/** The items of the list at a path. */
export function itemsOf(tree: ConfigTree, path: ConfigPath): Entry[] {
  const value = tree.get(path)
  if (!Array.isArray(value)) return []
  return value.map((item, index) => ({ path: [...path, index], value: item }))
}

/** The entries of the mapping at a path. */
export function entriesOf(tree: ConfigTree, path: ConfigPath): (Entry & { key: string })[] {
  const value = tree.get(path)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).map(([key, own]) => ({ path: [...path, key], key, value: own }))
}

/** The text at a path; undefined when there is none. */
export function textOf(tree: ConfigTree, path: ConfigPath): string | undefined {
  const value = tree.get(path)
  return typeof value === 'string' ? value : undefined
}

/** The names in `services`. */
export function serviceNames(tree: ConfigTree): ReadonlySet<string> {
  const names = itemsOf(tree, ['services']).map(({ path }) => textOf(tree, [...path, 'name']))
  return new Set(names.filter((name) => name !== undefined))
}

/** The items of the list at a path that are text. */
export function textsOf(tree: ConfigTree, path: ConfigPath): { path: ConfigPath; text: string }[] {
  return itemsOf(tree, path).flatMap((item) =>
    typeof item.value === 'string' ? [{ path: item.path, text: item.value }] : [],
  )
}
