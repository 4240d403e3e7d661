// P42: what is too large is refused before anybody is asked anything, and ends the connection.
import { afterEach, describe, expect, it } from 'vitest'
import { statusOf, valuesOf } from './support/messages.ts'
import { QUIET_CONFIG, quiet } from './support/quiet.ts'
import { expectBroken, expectPassed, expectRefused } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'
import { UPGRADE } from './support/websocket.ts'

const COUNT = 30
const HEAD_BYTES = 8192
const TARGET_BYTES = 2048

const limits = { header_count: COUNT, header_bytes: HEAD_BYTES, target_bytes: TARGET_BYTES }
const gate = useGate(['ada/'], { ...QUIET_CONFIG, limits })
afterEach(() => quiet(gate, 'ada/'))

const START = 'GET /user/ada/x HTTP/1.1'
const BASE = ['Host: h', 'Authorization: token {token}', 'Connection: close']

const headOf = (lines: readonly string[], start = START): string =>
  `${[start, ...lines].join('\r\n')}\r\n\r\n`
/** So many headers in all. */
const counted = (count: number, base = BASE): string[] => [
  ...base,
  ...Array.from({ length: count - base.length }, (_, i) => `X-${i}: ${i}`),
]
/** A request whose head has so many bytes, most of them in its last header. */
function sized(bytes: number, name = 'X-Long'): string {
  const filled = BASE.map((line) => line.replace('{token}', gate.tokenOf('ada/')))
  const rest = headOf([...filled, `${name}: `]).length
  return headOf([...filled, `${name}: ${'b'.repeat(bytes - rest)}`])
}
const targeted = (bytes: number, fill = 'a'): string => {
  const path = '/user/ada/'
  return `${path}${fill.repeat(bytes)}`.slice(0, bytes)
}

/** Refused with this status, in words that can be read; the server was not even connected to. */
async function expectTooLarge(bytes: string, ...statuses: number[]): Promise<void> {
  const answer = await expectRefused(gate, bytes)
  expect(statuses).toContain(statusOf(answer))
  expect(valuesOf(answer, 'content-type').join()).toMatch(/^application\/json/)
  expect(valuesOf(answer, 'connection')).toEqual(['close'])
  const { bytes: heard, requests } = gate.at('ada/')
  expect(heard).toBe(requests[0]?.head)
}

describe('at the limit', () => {
  it('as many headers as may be', async () => {
    const { headers } = await expectPassed(gate, headOf(counted(COUNT)))
    expect(headers.filter(([name]) => /^X-\d/.test(name))).toHaveLength(COUNT - BASE.length)
  })

  it('as many bytes as may be', async () => {
    const request = await expectPassed(gate, sized(HEAD_BYTES))
    expect(valuesOf(request, 'x-long').join().length).toBeGreaterThan(HEAD_BYTES - 400)
  })

  it('a cookie of that size', async () => {
    const request = await expectPassed(gate, sized(HEAD_BYTES, 'Cookie').replace('bbb', 'a=b'))
    expect(valuesOf(request, 'cookie').join()).toMatch(/^a=b+$/)
  })

  it.each([
    ['a path', targeted(TARGET_BYTES)],
    ['escapes', targeted(TARGET_BYTES - ((TARGET_BYTES - 10) % 3), '%41')],
    ['a query', `${targeted(100)}?${'q'.repeat(TARGET_BYTES - 101)}`],
  ])('a target: %s', async (_, target) => {
    const request = await expectPassed(gate, headOf(BASE, `GET ${target} HTTP/1.1`))
    expect(request.target).toBe(target)
  })

  it('request after request on one connection', async () => {
    const kept = sized(HEAD_BYTES).replace('Connection: close\r\n', 'X-Stay: really\r\n')
    const answers = await gate.answersTo(kept.repeat(5) + sized(HEAD_BYTES))
    expect(answers.map(({ body }) => body)).toEqual(Array<string>(6).fill('ok'))
    expect(gate.at('ada/').requests).toHaveLength(6)
  })
})

describe('too much', () => {
  it.each<[name: string, status: number[], bytes: () => string]>([
    ['one header more', [431], () => headOf(counted(COUNT + 1))],
    ['a thousand headers', [431], () => headOf(counted(1000))],
    [
      'ten thousand headers without a value',
      [431],
      () => headOf([...BASE, ...Array<string>(10_000).fill('a:')]),
    ],
    [
      'one header more, of one name',
      [431],
      () => headOf([...BASE, ...Array<string>(28).fill('X-A: b')]),
    ],
    ['one cookie more', [431], () => headOf([...BASE, ...Array<string>(28).fill('Cookie: a=b')])],
    [
      'one header more in an upgrade',
      [431],
      () => headOf(counted(COUNT + 1, [...BASE.slice(0, 2), ...UPGRADE])),
    ],
    ['one giant header', [431], () => sized(HEAD_BYTES * 2)],
    ['one giant cookie', [431], () => sized(HEAD_BYTES * 2, 'Cookie')],
    [
      'one giant credential',
      [431],
      () => headOf(['Host: h', `Authorization: token ${'x'.repeat(HEAD_BYTES)}`]),
    ],
    ['one giant host', [431], () => headOf([`Host: ${'h'.repeat(HEAD_BYTES)}`])],
    ['one giant name', [431], () => headOf([...BASE, `${'X'.repeat(HEAD_BYTES)}: b`])],
    ['a megabyte', [431], () => sized(1_000_000)],
    [
      'much in all',
      [431],
      () => headOf([...BASE, ...Array<string>(20).fill(`X-A: ${'b'.repeat(500)}`)]),
    ],
    [
      'a header without end',
      [431],
      () => headOf(BASE).replace('\r\n\r\n', `\r\nX-A: ${'b'.repeat(100_000)}`),
    ],
    [
      'a name without end',
      [431],
      () => headOf(BASE).replace('\r\n\r\n', `\r\n${'b'.repeat(100_000)}`),
    ],
    [
      'spaces without end',
      [400, 431],
      () => headOf(BASE).replace('\r\n\r\n', `\r\nX-A:${' '.repeat(100_000)}`),
    ],
    [
      'headers without end',
      [431],
      () => headOf(BASE).replace('\r\n\r\n', `\r\n${'a: b\r\n'.repeat(30_000)}`),
    ],
    ['a method without end', [400, 431], () => 'G'.repeat(100_000)],
    [
      'one byte of target more',
      [414],
      () => headOf(BASE, `GET ${targeted(TARGET_BYTES + 1)} HTTP/1.1`),
    ],
    [
      'a query that is too long',
      [414],
      () => headOf(BASE, `GET /user/ada/?${'q'.repeat(TARGET_BYTES)} HTTP/1.1`),
    ],
    [
      'a target of escapes',
      [414],
      () => headOf(BASE, `GET ${targeted(TARGET_BYTES + 3, '%41')} HTTP/1.1`),
    ],
    [
      'a target for the hub',
      [414],
      () => headOf(BASE, `GET /hub/${'a'.repeat(TARGET_BYTES)} HTTP/1.1`),
    ],
    [
      'a target in an upgrade',
      [414],
      () => headOf([...BASE.slice(0, 2), ...UPGRADE], `GET ${targeted(TARGET_BYTES + 1)} HTTP/1.1`),
    ],
    [
      'a target of a megabyte',
      [414, 431],
      () => headOf(BASE, `GET ${targeted(1_000_000)} HTTP/1.1`),
    ],
    ['a target without end', [414, 431], () => `GET ${targeted(100_000)}`],
    [
      'a target of many parts',
      [400, 414],
      () => headOf(BASE, `GET /user/ada${'/a'.repeat(TARGET_BYTES)} HTTP/1.1`),
    ],
  ])('%s', (_, statuses, bytes) => expectTooLarge(bytes(), ...statuses))

  it('for somebody unknown as well', async () => {
    const unknown = counted(COUNT + 1, ['Host: h', 'Authorization: token wrong'])
    await expectTooLarge(headOf(unknown), 431)
  })

  it('behind a request that is answered', async () => {
    const first = headOf(BASE.slice(0, 2)).replace('{token}', gate.tokenOf('ada/'))
    const answers = await gate.answersTo(first + sized(HEAD_BYTES * 2))
    // What ends the connection need not be told to who is owed an answer.
    expect(answers.map(statusOf)).toEqual([200, 431].slice(0, Math.max(1, answers.length)))
    expect(gate.at('ada/').requests).toHaveLength(1)
  })

  it.each([
    ['trailers', `0\r\n${'X-A: b\r\n'.repeat(30_000)}\r\n`],
    ['one trailer', `0\r\nX-A: ${'b'.repeat(100_000)}\r\n\r\n`],
    ['an extension of a chunk', `2;${'a'.repeat(100_000)}\r\nok\r\n0\r\n\r\n`],
  ])('in a body: %s', (_, body) => {
    const lines = [...BASE.slice(0, 2), 'Transfer-Encoding: chunked']
    return expectBroken(gate, headOf(lines, 'POST /user/ada/x HTTP/1.1') + body)
  })
})
