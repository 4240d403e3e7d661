import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { expect, it } from 'vitest'
import { eachLine } from '../../../src/spawn/service/output-lines.ts'

const SECRET = 'hgh_a-secret-of-some-length'

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const output = new PassThrough()
  const lines: string[] = []
  eachLine(output, SECRET, (line) => lines.push(line))
  for (const chunk of chunks) output.write(chunk)
  output.end()
  await finished(output)
  return lines
}

it('hands lines on however they are cut, and the last one without its end', async () => {
  const umlaut = Buffer.from('ü')
  expect(await linesOf('a\nb', 'c\n\n', 'd ', umlaut.subarray(0, 1), umlaut.subarray(1))).toEqual([
    'a',
    'bc',
    'd ü',
  ])
})

it('leaves secrets, terminal codes and control characters out', async () => {
  expect(
    await linesOf(
      `\u001b[31mtoken ${SECRET.slice(0, 9)}`,
      `${SECRET.slice(9)} end\u0000\r\n`,
      'Authorization: token abc\n',
      'GET /?token=abc HTTP/1.1\n',
    ),
  ).toEqual([
    'token [redacted] end',
    'Authorization: token [redacted]',
    'GET /?token=[redacted] HTTP/1.1',
  ])
})

it('keeps the beginning of a line without end, and no part of a secret in it', async () => {
  const [line = '', ...others] = await linesOf(
    'x'.repeat(4090) + SECRET + 'y'.repeat(100_000),
    'z'.repeat(100_000),
    '\nnext\n',
  )

  expect(others).toEqual(['next'])
  expect(line.length).toBeLessThan(4200)
  expect(line).not.toContain('hgh_')
  expect(line.endsWith('…')).toBe(true)
})
