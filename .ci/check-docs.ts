// Documents against code: fails when docs/errors.md does not list exactly the registry's codes with
// their statuses, when config/hubgate.yaml does not show every key or docs/operating.md not every reason
// of hubgate_rejected_total, or when a document links to a file that is not there.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERRORS } from '../src/base/errors.ts'
import { configKeys } from '../src/config/json-schema.ts'
import { REJECTIONS } from '../src/metrics/rejections.ts'

const problems: string[] = []

const rows = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)]
const documented = new Map(rows.map(([, code, status]) => [code ?? '', Number(status)]))
for (const [code, { status }] of Object.entries(ERRORS)) {
  if (documented.get(code) !== status)
    problems.push(`docs/errors.md: \`${code}\` | ${status} is missing`)
  documented.delete(code)
}
for (const code of documented.keys()) problems.push(`docs/errors.md: \`${code}\` is no code`)

const annotated = readFileSync('config/hubgate.yaml', 'utf8')
for (const { path } of configKeys()) {
  // By its last name alone: the place of a key in a comment is not looked at.
  if (!new RegExp(`(?<!\\w)${path.at(-1)}:`).test(annotated)) {
    problems.push(`config/hubgate.yaml: ${path.join('.')} is missing`)
  }
}

const manual = readFileSync('docs/operating.md', 'utf8')
for (const reason of REJECTIONS) {
  if (!manual.includes(`\`${reason}\``)) problems.push(`docs/operating.md: ${reason} is missing`)
}

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
