// Runs the benchmarks that are named, or all: node bench/run.ts [api|proxy|store …]; what begins
// with -- is for them: npm run bench -- api --quick
import { benchApi } from './api.ts'
import { printMachine } from './figures.ts'
import { benchProxy } from './proxy.ts'
import { benchScale } from './scale.ts'
import { benchScopes } from './scopes.ts'
import { benchStartUp } from './start-up.ts'
import { benchStore } from './store.ts'

interface Benchmark {
  run(signal: AbortSignal, options: readonly string[]): Promise<void>
  /** After how many milliseconds it is given up. */
  limitMs: number
}

const BENCHMARKS = new Map<string, Benchmark>([
  ['api', { run: benchApi, limitMs: 900_000 }],
  ['proxy', { run: benchProxy, limitMs: 2_400_000 }],
  ['scale', { run: benchScale, limitMs: 600_000 }],
  ['scopes', { run: benchScopes, limitMs: 60_000 }],
  ['store', { run: benchStore, limitMs: 90_000 }],
  ['start-up', { run: benchStartUp, limitMs: 120_000 }],
])

const known = [...BENCHMARKS.keys()]
const options = process.argv.slice(2).filter((word) => word.startsWith('--'))
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const unknown = named.filter((name) => !BENCHMARKS.has(name))

if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}.`)
  console.error(`usage: npm run bench -- [${known.join('|')} …]   (all when none is named)`)
  process.exitCode = 1
} else {
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupt.abort(new Error(`ended by ${signal}`)))
  }
  printMachine()
  try {
    for (const name of named.length > 0 ? named : known) {
      const { run, limitMs } = BENCHMARKS.get(name)!
      await run(AbortSignal.any([interrupt.signal, AbortSignal.timeout(limitMs)]), options)
    }
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  }
}
