import { configKeys } from './json-schema.ts'
import { nearest } from './nearest.ts'
import type { ConfigPath } from './path.ts'

/** Whether a path of the schema (with `*` and `0` for the user's own) is the place of a real one. */
function matches(pattern: readonly string[], path: ConfigPath): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => {
      const key = path[index]
      return part === '*' || (typeof key === 'number' ? part === '0' : part === key)
    })
  )
}

/**
 * What somebody who wrote an unknown key most likely meant.
 * @param around where the key is
 * @returns the end of a message, `; did you mean port?`, or nothing
 */
export function suggestKey(around: ConfigPath, key: string): string {
  const known = configKeys()
  const here = known.filter((entry) => matches(entry.path.slice(0, -1), around))
  const close = nearest(
    key,
    here.map((entry) => entry.path.at(-1) ?? ''),
  )
  if (close !== undefined) return `; did you mean ${close}?`
  const elsewhere = known.find((entry) => entry.path.at(-1) === key)
  return elsewhere === undefined ? '' : `; did you mean ${elsewhere.path.join('.')}?`
}
