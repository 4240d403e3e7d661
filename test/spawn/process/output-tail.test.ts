import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cleanOutput } from '../../../src/spawn/clean-output.ts'
import { outputTail } from '../../../src/spawn/process/output-tail.ts'

const SECRET = 'Zr0_c9-QmT4vXbLk2sYhWnPqE7uJdGfA8iRoCzB5tN1'

async function fileOf(text: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hubgate-output-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const file = join(dir, 'output.log')
  await writeFile(file, text)
  return file
}

test('the last forty lines', async () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`)
  const tail = await outputTail(await fileOf(`${lines.join('\n')}\n`))
  expect(tail.split('\n')).toEqual(lines.slice(60))
})

test('at most 8 KiB, beginning with a whole line', async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `${index}:${'x'.repeat(500)}`)
  const tail = await outputTail(await fileOf(lines.join('\n')))
  expect(tail.length).toBeLessThanOrEqual(8192)
  expect(tail.length).toBeGreaterThan(7000)
  expect(tail).toMatch(/999:x+$/)
})

test('one endless line', async () => {
  const tail = await outputTail(await fileOf('x'.repeat(100_000)))
  expect(tail).toMatch(/^x+$/)
  expect(tail.length).toBeLessThanOrEqual(8192)
})

test('nothing when there is no file', async () => {
  expect(await outputTail('/nowhere/output.log')).toBe('')
})

test('a server is shown without its secret, even one cut by the beginning of the tail', async () => {
  const file = await fileOf(SECRET.repeat(1000))
  const tail = await outputTail(file, SECRET)
  expect(tail).not.toContain(SECRET.slice(-8))
  expect(tail).toContain('[redacted]')
  for (let shift = 0; shift < SECRET.length; shift++) {
    const text = `${SECRET}${'y'.repeat(8192 + 512 - shift)}`
    expect(await outputTail(await fileOf(text), SECRET)).not.toMatch(/[^y]/)
  }
})

test.each([
  ['http://127.0.0.1:1/lab?token=abc123&x=1', 'http://127.0.0.1:1/lab?token=[redacted]&x=1'],
  ['JUPYTER_TOKEN=abc123 jupyter', 'JUPYTER_TOKEN=[redacted] jupyter'],
  ['Authorization: token abc123', 'Authorization: token [redacted]'],
  ["{'authorization': 'Bearer abc123'}", "{'authorization': 'Bearer [redacted]'}"],
  ['a\u0007b\u0000c\r\nd\te\u009bf', 'abc\nd\te'],
  ['\u001b[31mred\u001b[0m \u001b]0;title\u0007', 'red '],
  [`a ${SECRET} b`, 'a [redacted] b'],
  [`a Zr0_c9\u0000${SECRET.slice(6)} b`, 'a [redacted] b'],
])('%j is shown as %j', (text, shown) => {
  expect(cleanOutput(text, SECRET)).toBe(shown)
})
