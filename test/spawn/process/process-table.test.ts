import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import type { ProcessTable } from '../../../src/spawn/machine/process-table.ts'
import {
  isLiving,
  parseStat,
  procTable,
  psTable,
} from '../../../src/spawn/machine/process-table.ts'
import { parseClaim } from '../../../src/spawn/process/claim.ts'

const tables: [string, ProcessTable][] = [
  ['/proc', procTable],
  ['ps', psTable],
]

test.each(tables)(
  '%s shows a process, its parent, its group and when it began',
  async (_, table) => {
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    const pid = child.pid!
    const entry = await table.find(pid)
    expect(entry).toMatchObject({ pid, parent: process.pid, group: pid })
    expect(entry && isLiving(entry)).toBe(true)
    expect(await table.list()).toContainEqual(
      expect.objectContaining({ pid, start: entry?.start, group: pid }),
    )
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await table.find(pid)).toBeUndefined()
  },
)

test('/proc shows what a process began with, of whole variables only', async () => {
  const child = spawn('sleep', ['600'], { env: { A: '1', AB: '22', C: '3' }, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const pid = child.pid!
  const has = async (assignment: string) =>
    (await procTable.withVariable([pid, 1, 999_999_999], assignment)).has(pid)
  expect(await has('A=1')).toBe(true)
  expect(await has('AB=22')).toBe(true)
  expect(await has('C=3')).toBe(true)
  expect(await has('B=22')).toBe(false)
  expect(await has('AB=2')).toBe(false)
})

test('a name with spaces and parentheses does not move the fields', () => {
  const rest = 'S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 10 18446744073709551615'
  expect(parseStat(`42 (a) Z 1 (b c) ${rest}`)).toEqual({
    pid: 42,
    parent: 7,
    group: 42,
    state: 'S',
    start: '987654',
  })
  expect(parseStat('')).toBeUndefined()
  expect(parseStat('42 (sleep) S 1')).toBeUndefined()
})

test('a claim is read whole or not at all', () => {
  const claim = '42\nMon Nov  2 10:11:12 2026\n\n.\n'
  expect(parseClaim(claim)).toEqual({
    kind: 'taken',
    leader: { pid: 42, start: 'Mon Nov 2 10:11:12 2026', boot: '' },
  })
  for (let length = 0; length < claim.length - 1; length++) {
    expect(parseClaim(claim.slice(0, length))).toEqual({ kind: 'partial' })
  }
  expect(parseClaim('stopped\n')).toEqual({ kind: 'ruled-out' })
  expect(parseClaim('stop')).toEqual({ kind: 'partial' })
})
