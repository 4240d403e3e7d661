// Writes config/hubgate.schema.json, which editors use. With --check: exits 1 when it is not current.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { editorSchema } from '../src/config/json-schema.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = `${root}config/hubgate.schema.json`

/** The text as `npm run format` would leave it. */
function formatted(): string {
  const biome = spawnSync(
    `${root}node_modules/.bin/biome`,
    ['format', '--stdin-file-path=config/hubgate.schema.json'],
    { cwd: root, input: JSON.stringify(editorSchema(), null, 2), encoding: 'utf8' },
  )
  if (biome.status !== 0) throw new Error(`biome format failed: ${biome.stderr}`)
  return biome.stdout
}

if (!process.argv.includes('--check')) {
  writeFileSync(file, formatted())
} else if (readFileSync(file, 'utf8') !== formatted()) {
  process.stderr.write(`${file} is not current; run: node scripts/generate-config-schema.ts\n`)
  process.exitCode = 1
}
