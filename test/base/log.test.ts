import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** The log writes to stderr, so a real process says what it writes. */
function logged(code: string): string {
  const script = `import { openLog } from './src/base/log.ts'; const log = openLog('info'); ${code}`
  const command = '"$0" --input-type=module-typescript -e "$1" 2>&1'
  return execFileSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' })
}

it('writes one JSON line an event and no value under a secret’s name', () => {
  const text = logged(
    `log.info({ token: 'T-1', user: { password: 'P-1' }, request: { headers: { cookie: 'C-1' } } }, 'x')`,
  )
  const line = JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(line['msg']).toBe('x')
  expect(text).toContain('[redacted]')
  for (const secret of ['T-1', 'P-1', 'C-1']) expect(text).not.toContain(secret)
})

it('escapes control characters', () => {
  const text = logged(`log.info({ user: 'a\\nb\\u001b[31m' }, 'y')`)
  expect(text.trim().split('\n')).toHaveLength(1)
  expect(text).not.toContain('\u001b')
})
