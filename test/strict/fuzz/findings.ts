import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Failure } from './property.ts'
import type { LongText } from './texts.ts'

/** An input that once was too much, kept to be tried for ever: `test/strict/corpus/README.md`. */
export interface Finding {
  /** The property's name. */
  property: string
  /** What is special about it, or the error it once caused. */
  about: string
  /** What found it; left out when a person did. */
  seed?: number
  /** What the property is tried with, or else `long`. */
  input?: unknown
  long?: LongText
}

const FOLDER = new URL('../corpus/', import.meta.url)

/** All that are kept, with their files' names. */
export function keptFindings(): [file: string, finding: Finding][] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  return files.sort().map((name) => {
    return [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Finding]
  })
}

/** Keeps what a property did not hold for. @returns its file's path */
export function keepFinding({ property, seed, error, input, long }: Failure): string {
  const given = long === undefined ? { input } : { long }
  const found = seed === undefined ? {} : { seed }
  const finding: Finding = { property, about: error.slice(0, 2_000), ...found, ...given }
  const sum = createHash('sha256').update(JSON.stringify(given)).digest('hex').slice(0, 8)
  const file = new URL(`${property.replaceAll(' ', '-')}-${sum}.json`, FOLDER)
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(file, `${JSON.stringify(finding, null, 2)}\n`)
  return file.pathname
}
