// Inputs that once were too much, and the same new ones each time. `npm run fuzz` tries others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptFindings } from './fuzz/findings.ts'
import { FUZZED_SERVERS, gatewayProperty } from './fuzz/gateway.ts'
import { PROPERTIES } from './fuzz/properties.ts'
import type { Property } from './fuzz/property.ts'
import { longTexts } from './fuzz/texts.ts'
import { Gate } from './support/gate.ts'

const SEED = 7
const COUNT = 600
const GATEWAY_COUNT = 120
const LONG = 20_000

let gate: Gate
const properties = new Map<string, Property>(PROPERTIES.map((one) => [one.name, one]))

beforeAll(async () => {
  gate = await Gate.open(FUZZED_SERVERS)
  properties.set('gateway', gatewayProperty(gate))
}, 120_000)
afterAll(() => gate[Symbol.asyncDispose]())

describe('what was kept', () => {
  it.each(keptFindings())(
    '%s',
    async (_, { property, input, long }) => {
      const known = properties.get(property)
      expect(known).toBeDefined()
      if (long === undefined) await known?.replay(input)
      else await known?.endure(long)
    },
    60_000,
  )
})

describe('every input is dealt with', () => {
  it.each(PROPERTIES.map(({ name }) => name))(
    '%s',
    async (name) => {
      expect(await properties.get(name)?.check(SEED, COUNT)).toBe(null)
    },
    180_000,
  )

  it('gateway', async () => {
    expect(await properties.get('gateway')?.check(SEED, GATEWAY_COUNT)).toBe(null)
  }, 180_000)
})

describe('no long text is too long', () => {
  it.each(PROPERTIES)(
    '$name',
    async (property) => {
      for (const text of longTexts(LONG))
        await expect(property.endure(text)).resolves.toBe(undefined)
    },
    180_000,
  )
})
