// Documents against code: fails when docs/errors.md does not list exactly the registry's codes with
// their statuses, or when a document links to a file that is not there.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERRORS } from '../src/base/errors.ts'

const problems: string[] = []

const rows = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)]
const documented = new Map(rows.map(([, code, status]) => [code ?? '', Number(status)]))
for (const [code, { status }] of Object.entries(ERRORS)) {
  if (documented.get(code) !== status)
    problems.push(`docs/errors.md: \`${code}\` | ${status} is missing`)
  documented.delete(code)
}
for (const code of documented.keys()) problems.push(`docs/errors.md: \`${code}\` is no code`)

for (const file of ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')]) {
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue
    if (!existsSync(join(dirname(file), target))) problems.push(`${file}: no such file: ${target}`)
  }
}

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}
