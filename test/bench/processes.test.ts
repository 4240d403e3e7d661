import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startLoadProcess } from '../../bench/load-process.ts'
import { startListening } from '../../bench/proxy/proxies.ts'
import { freePort } from '../support/free-port.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hubgate-bench-test-'))
})

afterEach(() => rm(dir, { recursive: true, force: true }))

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the process that sends what is measured', () => {
  it('is not waited for when it has ended', async () => {
    await using cleanup = new AsyncDisposableStack()
    const program = join(dir, 'load.mjs')
    await writeFile(program, "process.on('message', () => process.exit(3))")
    const load = startLoadProcess(program, cleanup)

    await expect(load.run({}, new AbortController().signal)).rejects.toThrow('code 3')
    await expect(load.run({}, new AbortController().signal)).rejects.toThrow('code 3')
  })
})

describe('a program that is to be measured', () => {
  it('does not outlive a benchmark that is ended before it listens', async () => {
    const pidFile = join(dir, 'pid')
    const script = `echo $$ > ${pidFile}; exec sleep 600`
    const interrupt = new AbortController()
    const port = await freePort()
    const started = startListening(['sh', '-c', script], [port], {}, interrupt.signal)
    const failed = expect(started).rejects.toThrow('aborted')
    const pid = await vi.waitFor(
      async () => {
        const text = await readFile(pidFile, 'utf8')
        expect(text).toMatch(/^\d+\n$/)
        return Number(text)
      },
      { timeout: 60_000 },
    )

    interrupt.abort()
    await failed
    expect(lives(pid)).toBe(false)
  })

  it('says why it ended before it listened', async () => {
    const port = await freePort()
    const started = startListening(
      ['sh', '-c', 'echo no such thing >&2; exit 1'],
      [port],
      {},
      new AbortController().signal,
    )

    await expect(started).rejects.toThrow('no such thing')
  })
})
