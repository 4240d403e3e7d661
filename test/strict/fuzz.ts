// Looks for inputs that are not dealt with as they should be: npm run fuzz [-- --minutes 5 …]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { keepFinding } from './fuzz/findings.ts'
import { FUZZED_SERVERS, gatewayProperty } from './fuzz/gateway.ts'
import { PROPERTIES } from './fuzz/properties.ts'
import type { Failure, Property } from './fuzz/property.ts'
import { longTexts } from './fuzz/texts.ts'
import { Gate } from './support/gate.ts'

const USAGE = `usage: npm run fuzz -- [--minutes 5] [--seed <number>] [--only <property>]
       npm run fuzz -- --tests     the gate's own property tests, with seeds that nobody chose`
/** How many inputs of a property are tried before it is the next one's turn. */
const TURN = 1_000
const GATEWAY_TURN = 300
const LONG = 250_000
const SEEDS = 2 ** 31

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

function report(failure: Failure): void {
  say(`\n${failure.property}, seed ${failure.seed}: ${failure.error}`)
  say(JSON.stringify(failure.long ?? failure.input))
  say(`kept in ${keepFinding(failure)}`)
}

/** Tries long texts. @returns how many were too much */
async function endureLong({ name, endure }: Property, signal: AbortSignal): Promise<number> {
  let found = 0
  for (const long of longTexts(LONG)) {
    await othersTurn()
    if (signal.aborted) break
    try {
      await endure(long)
    } catch (error) {
      found += 1
      report({ property: name, long, error: String(error) })
    }
  }
  return found
}

/** Tries one property after the other until it is told to end. @returns how many findings were kept */
async function fuzz(
  properties: readonly Property[],
  firstSeed: number,
  signal: AbortSignal,
): Promise<number> {
  const tried = new Map<string, number>()
  let found = 0
  for (const property of properties) found += await endureLong(property, signal)
  for (let seed = firstSeed; !signal.aborted; seed = (seed + 1) % SEEDS) {
    for (const { name, check } of properties) {
      await othersTurn()
      const count = name === 'gateway' ? GATEWAY_TURN : TURN
      const failure = await check(seed, count)
      tried.set(name, (tried.get(name) ?? 0) + count)
      if (failure === null) continue
      found += 1
      report(failure)
    }
  }
  for (const [name, count] of tried) say(`${name}: ${count} inputs`)
  return found
}

/** The test files in which fast-check chooses inputs. */
const propertyTests = (): string[] =>
  globSync('test/**/*.test.ts').filter((file) =>
    readFileSync(file, 'utf8').includes("from 'fast-check'"),
  )

async function runTests(): Promise<number> {
  const env = { ...process.env, HUBGATE_FC_SEED: 'random' }
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
  const child = spawn(process.execPath, [...vitest, ...propertyTests()], { stdio: 'inherit', env })
  const [code] = await once(child, 'exit')
  return code === 0 ? 0 : 1
}

async function runFuzz(options: {
  minutes: string
  seed?: string
  only?: string
}): Promise<number> {
  const minutes = Number(options.minutes)
  const seed = Number(options.seed ?? Math.floor(Math.random() * SEEDS))
  await using gate = await Gate.open(FUZZED_SERVERS)
  const known = [...PROPERTIES, gatewayProperty(gate)]
  const properties = known.filter(({ name }) => options.only === undefined || name === options.only)
  if (properties.length === 0 || !(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write(`${USAGE}\nproperties: ${known.map(({ name }) => name).join(', ')}\n`)
    return 1
  }
  say(`seed ${seed}, ${minutes} minutes`)
  const interrupt = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort())
  const ends = [interrupt.signal, AbortSignal.timeout(minutes * 60_000)]
  const found = await fuzz(properties, seed, AbortSignal.any(ends))
  say(found === 0 ? 'nothing found' : `${found} findings`)
  return found === 0 ? 0 : 1
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    only: { type: 'string' },
    tests: { type: 'boolean', default: false },
  },
})
process.exitCode = await (values.tests ? runTests() : runFuzz(values))
