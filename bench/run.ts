// Runs the benchmarks that are named, or all: node bench/run.ts [store|start-up …]
import { printMachine } from './figures.ts'
import { benchStartUp } from './start-up.ts'
import { benchStore } from './store.ts'

interface Benchmark {
  run(signal: AbortSignal): Promise<void>
  /** After how many milliseconds it is given up. */
  limitMs: number
}

const BENCHMARKS = new Map<string, Benchmark>([
  ['store', { run: benchStore, limitMs: 90_000 }],
  ['start-up', { run: benchStartUp, limitMs: 120_000 }],
])

const known = [...BENCHMARKS.keys()]
const named = process.argv.slice(2)
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
      await run(AbortSignal.any([interrupt.signal, AbortSignal.timeout(limitMs)]))
    }
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  }
}
