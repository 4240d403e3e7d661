// The architecture as a test: fails when an import points up or sideways, reaches past a port into
// a driver, or uses a package outside the folder that owns it. docs/architecture.md draws this table.
import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** Lower number, lower layer. A file imports its own folder or a strictly lower one. */
const RANK: Record<string, number> = {
  base: 0,
  model: 1,
  metrics: 1,
  config: 2,
  views: 2,
  store: 3,
  spawn: 3,
  hub: 4,
  auth: 5,
  api: 6,
  pages: 6,
  proxy: 6,
  oauth: 7,
  edge: 8,
  workers: 9,
  cli: 10,
}

/** Driver folders, and the one file that may open them. */
const SEALED: Record<string, string> = {
  'src/store/redis/': 'src/store/open.ts',
  'src/store/sqlite/': 'src/store/open.ts',
  'src/spawn/process/': 'src/spawn/open.ts',
}

/** Packages with one home, so that replacing one touches one folder. */
const OWNED: Record<string, RegExp> = {
  ioredis: /^src\/store\/redis\//,
  'node:sqlite': /^src\/store\/sqlite\//,
  yaml: /^src\/config\//,
  hono: /^src\/(edge|auth|api|oauth|pages|views)\//,
  pino: /^src\/base\//,
  commander: /^src\/cli\//,
}

const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm
const problems: string[] = []
const folderOf = (file: string): string => file.split('/')[1] ?? ''

function check(file: string, specifier: string): void {
  const from = folderOf(file)
  if (!specifier.startsWith('.')) {
    const name = specifier.startsWith('node:') ? specifier : (specifier.split('/')[0] ?? '')
    if (OWNED[name]?.test(file) === false) problems.push(`${file}: ${name} has its home elsewhere`)
    return
  }
  const target = posix.normalize(posix.join(posix.dirname(file), specifier))
  const to = folderOf(target)
  if (from !== to && (RANK[to] ?? Infinity) >= (RANK[from] ?? -1)) {
    problems.push(`${file}: ${from} must not import ${to} (${target})`)
  }
  for (const [folder, opener] of Object.entries(SEALED)) {
    if (target.startsWith(folder) && !file.startsWith(folder) && file !== opener) {
      problems.push(`${file}: only ${opener} opens ${folder}`)
    }
  }
}

for (const file of globSync('src/**/*.{ts,tsx}')) {
  if (RANK[folderOf(file)] === undefined) problems.push(`${file}: its folder has no rank`)
  for (const [, a, b, c] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    check(file, a ?? b ?? c ?? '')
  }
}

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}
