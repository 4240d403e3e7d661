import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function readVersion(): string {
  const file = join(import.meta.dirname, '..', '..', 'package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}

/** hubgate's own version, as package.json has it. */
export const VERSION: string = readVersion()
