import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

const PROPERTIES = '/groups/g/properties'
const GROUP = { load_groups: { g: {} } }

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('a path that is not UTF-8', () => {
  it.each(['/users/%ff', '/groups/%C3%28'])('is refused: %s', async (path) => {
    const { call } = await openRig()
    expectError(await call('GET', path), 400, 'The request path is not valid.')
  })
})

describe('the body of a request', () => {
  it.each([
    ['{"a":', 'Invalid JSON in body of request'],
    ['   ', 'Invalid JSON in body of request'],
    ["{'a': 1}", 'Invalid JSON in body of request'],
    ['{"a": NaN}', 'Invalid JSON in body of request'],
    [nested(33), 'The JSON is nested more than 32 deep.'],
    ['['.repeat(100_000), 'Invalid JSON in body of request'],
    ['{"__proto__": {"admin": true}}', 'Invalid JSON keys: __proto__'],
    ['{"a": [{"constructor": 1}]}', 'Invalid JSON keys: constructor'],
    ['{"prototype": 1}', 'Invalid JSON keys: prototype'],
  ])('answers 400 for %.40s', async (body, message) => {
    const { call } = await openRig({ config: GROUP })
    expectError(await call('PUT', PROPERTIES, OPS, body), 400, message)
  })

  it('must arrive whole, and it is not our fault when it does not', async () => {
    const { fetch } = await openRig({ config: GROUP })
    const body = new ReadableStream({
      start: (controller) => controller.error(new Error('aborted')),
    })
    const headers = { authorization: `token ${OPS}` }
    const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit
    const response = await fetch(PROPERTIES, init)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      message: 'The request body did not arrive whole.',
    })
  })

  it('must be UTF-8', async () => {
    const { fetch } = await openRig({ config: GROUP })
    const response = await fetch(PROPERTIES, {
      method: 'PUT',
      headers: { authorization: `token ${OPS}` },
      body: Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ message: 'The request body is not valid UTF-8.' })
  })
})
