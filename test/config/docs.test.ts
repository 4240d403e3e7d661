import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { configKeys } from '../../src/config/json-schema.ts'
import { RESTART_KEYS } from '../../src/config/restart-keys.ts'

const TEXT = readFileSync(`${import.meta.dirname}/../../docs/config.md`, 'utf8')
/** Key, default and when a change takes effect, of each row. */
const ROWS = [...TEXT.matchAll(/^\| `([a-z][\w.[\]]*)` .*\|$/gm)].map(([row, key = '']) => {
  const cells = row.split('|').map((cell) => cell.trim())
  return { key, standard: cells[3] ?? '', effect: cells[4] ?? '' }
})

/** `load_groups.*.users` as the page writes it: `load_groups.NAME.users`. */
function named(path: readonly string[]): string {
  return path.join('.').replaceAll('*', 'NAME').replaceAll('.0', '[]')
}

it('docs/config.md has every key of the schema with its default, and nothing else', () => {
  const documented = ROWS.map(({ key, standard }) => `${key} = ${standard}`)
  const known = configKeys().map(({ path, required, default: standard }) => {
    const otherwise = standard === undefined ? 'none' : `\`${JSON.stringify(standard)}\``
    return `${named(path)} = ${required ? 'required' : otherwise}`
  })

  expect(documented.sort()).toEqual(known.sort())
})

it('docs/config.md says which changes need a restart', () => {
  const restart = ROWS.filter(({ effect }) => effect === 'restart').map(({ key }) => key)

  expect(restart.filter((key) => key !== 'listen' && key !== 'proxy').sort()).toEqual(
    [...RESTART_KEYS].sort(),
  )
  expect(new Set(ROWS.map(({ effect }) => effect))).toEqual(
    new Set(['at once', 'start', 'restart']),
  )
})
