import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/base/hash.ts'

const SCRIPT = `
  import { runHashToken } from '${new URL('../../src/cli/hash-token.ts', import.meta.url).href}'
  process.exitCode = await runHashToken(process.stdin)
`
const SECRET = '5f0c7a81d2e94b36'

interface Outcome {
  code: unknown
  stdout: string
  stderr: string
}

async function hashToken(input: string): Promise<Outcome> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT])
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ])
  return { code, stdout, stderr }
}

describe('hash-token', () => {
  it.each([SECRET, `${SECRET}\n`, `${SECRET}\r\n`])(
    'prints the digest of %j alone',
    async (input) => {
      expect(await hashToken(input)).toEqual({
        code: 0,
        stdout: `sha256:${sha256(SECRET)}\n`,
        stderr: '',
      })
    },
  )

  it.each([
    ['nothing', '', 'no secret on standard input'],
    ['an empty line', '\n', 'no secret on standard input'],
    ['a short secret', 'fifteen-letters\n', 'at least 16 characters'],
    ['two lines', `${SECRET}\n${SECRET}\n`, 'no spaces or line breaks'],
    ['a digest', `sha256:${sha256(SECRET)}\n`, 'a digest already'],
    ['a whole file', 'x'.repeat(70_000), 'longer than 65536 bytes'],
  ])('refuses %s and does not repeat it', async (_, input, why) => {
    const { code, stdout, stderr } = await hashToken(input)

    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain(why)
    expect(stderr).not.toContain(SECRET)
  })
})
