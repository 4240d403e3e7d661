// P1: whatever a reader makes of a path that is forwarded, it is for the server that the router chose.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askAll } from './corpus-client.ts'
import { generatedTargets } from './corpus-paths.ts'
import type { Ports, Reading } from './corpus-upstreams.ts'
import { startNode, startTornado } from './corpus-upstreams.ts'
import type { ServerName } from './support/gate.ts'
import { Gate } from './support/gate.ts'
import type { Message } from './support/messages.ts'
import { statusOf, valuesOf } from './support/messages.ts'

const SERVERS: readonly ServerName[] = [
  'ada/',
  'ada/gpu',
  'ada/lab',
  'bob/',
  'bob/gpu',
  'a.b/',
  'c@d/',
]
const COUNT = 10_000
const SEED = 7
const WIDTH = 8

const targets = generatedTargets(COUNT, SEED)
let gate: Gate
let ports: Ports
/** Opens every server: that a path is refused is not for want of a permission. */
let authorization: string

beforeAll(async () => {
  gate = await Gate.open(SERVERS)
  ports = Object.fromEntries(SERVERS.map((name) => [name, gate.at(name).port]))
  for (const name of SERVERS) await gate.at(name)[Symbol.asyncDispose]()
  authorization = `Authorization: token ${await gate.gateway.token('root', ['access:servers'])}`
}, 120_000)
afterAll(() => gate[Symbol.asyncDispose]())

/** What the upstream said of each target; null for those that the gateway answered itself. */
function readingsOf(answers: readonly Message[], reader: string): (Reading | null)[] {
  return answers.map((answer) => {
    if (!valuesOf(answer, 'x-read-by').includes(reader)) return null
    return JSON.parse(answer.body) as Reading
  })
}

/** Asserts that enough is forwarded and enough refused for the rest to say something. */
function expectBoth(answers: readonly Message[], readings: readonly (Reading | null)[]): void {
  const forwarded = readings.filter((reading) => reading !== null).length
  const refused = answers.filter((answer) => statusOf(answer) === 400).length
  expect(forwarded).toBeGreaterThan(0.3 * COUNT)
  expect(refused).toBeGreaterThan(0.3 * COUNT)
  for (const name of SERVERS) {
    expect(readings.filter((reading) => reading?.at === name).length, name).toBeGreaterThan(50)
  }
  expect(answers.filter((answer) => statusOf(answer) >= 500).map(({ head }) => head)).toEqual([])
}

/** Those that do not stand a check, with what was read. */
function failing(
  readings: readonly (Reading | null)[],
  check: (reading: Reading, target: string) => boolean,
): unknown[] {
  return readings.flatMap((reading, i) => {
    const target = targets[i] ?? ''
    return reading === null || check(reading, target) ? [] : [{ sent: target, ...reading }]
  })
}

/** Whether a reader sees the server that it came to, if it sees any. */
const agrees = ({ at, server }: Reading): boolean => server === null || server === at

/** Asserts what holds for every reader. */
function expectAgreement(answers: readonly Message[], readings: readonly (Reading | null)[]): void {
  expectBoth(answers, readings)
  expect(failing(readings, ({ target }, sent) => target === sent)).toEqual([])
  expect(failing(readings, agrees)).toEqual([])
  expect(failing(readings, ({ isWithin }) => isWithin)).toEqual([])
  const exact = readings.filter((reading) => reading !== null && reading.server === reading.at)
  expect(exact.length).toBeGreaterThan(0.25 * COUNT)
}

describe(`${COUNT} paths`, () => {
  it('are for the same server to the router and to Tornado, byte for byte as sent', async () => {
    await using _upstream = await startTornado(ports)
    const answers = await askAll(gate, targets, authorization, WIDTH)
    expectAgreement(answers, readingsOf(answers, 'tornado'))
  }, 120_000)

  it('are for the same server to the router and to Node that decodes and normalises', async () => {
    await using _upstream = await startNode(ports)
    const answers = await askAll(gate, targets, authorization, WIDTH)
    expectAgreement(answers, readingsOf(answers, 'node'))
  }, 120_000)
})
