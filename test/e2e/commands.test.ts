import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'

/** The commands as they are typed in a checkout, with npx and so with Node 24. */

const cwd = mkdtempSync(join(tmpdir(), 'hubgate-commands-'))
const PREFIX = ['--prefix', resolve('.'), 'hubgate']

afterAll(() => rmSync(cwd, { recursive: true, force: true }))

interface Run {
  code: number | null
  stdout: string
  stderr: string
}

function hubgate(args: string[], stdin = ''): Promise<Run> {
  return new Promise((done) => {
    const child = execFile('npx', [...PREFIX, ...args], { cwd }, (_error, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr }),
    )
    child.stdin?.end(stdin)
  })
}

it('config check prints every fault with its file and line', async () => {
  const file = resolve('test/config/faults/five-faults.yaml')
  const { code, stdout, stderr } = await hubgate(['config', 'check', '--config', file])
  expect([code, stdout]).toEqual([1, ''])
  const lines = stderr.split('\n').filter((line) => line.startsWith(file))
  expect(lines).toHaveLength(5)
  for (const line of lines) expect(line.slice(file.length)).toMatch(/^:\d+:\d+: [\w.[\]*]+: \S/)
  expect(new Set(lines.map((line) => line.slice(file.length).split(':')[1])).size).toBe(5)
})

it('config check is content with the file that we ship', async () => {
  const run = await hubgate(['config', 'check', '--config', resolve('config/hubgate.yaml')])
  expect([run.code, run.stdout]).toEqual([0, 'OK\n'])
})

it('hash-token prints the digest of what it reads', async () => {
  const { code, stdout } = await hubgate(['hash-token'], 'a-secret-of-some-length\n')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/)
})

it('a wrong option is told with what there is', async () => {
  const { code, stderr } = await hubgate(['start', '--prot', '1'])
  expect(code).not.toBe(0)
  expect(stderr).toContain('--port')
})

it('start says what is wrong with a store that cannot be opened, without a stack', async () => {
  const file = resolve('config/hubgate.yaml')
  const store = 'sqlite:/dev/null/hubgate.sqlite'
  const { code, stderr } = await hubgate(['start', '--config', file, '--store', store])
  expect(code).toBe(1)
  expect(stderr).toContain('/dev/null')
  expect(stderr).not.toMatch(/^\s+at /m)
})
