import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findCommand } from '../../../src/spawn/process/find-command.ts'

async function directories(): Promise<{ first: string; second: string; file: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'hubgate-path-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const [first, second] = [join(dir, 'first'), join(dir, 'second')]
  await mkdir(join(first, 'tool'), { recursive: true })
  await mkdir(second)
  const file = join(second, 'tool')
  await writeFile(file, '#!/bin/sh\n', { mode: 0o755 })
  await writeFile(join(first, 'text'), 'x', { mode: 0o644 })
  return { first, second, file }
}

test('the first executable file on the PATH, passing directories by', async () => {
  const { first, second, file } = await directories()
  expect(await findCommand('tool', `${first}::${second}`)).toBe(file)
  expect(await findCommand('sh', undefined)).toMatch(/^\/.*\/sh$/)
})

test('a path is relative to the gateway, not to the PATH', async () => {
  const { file } = await directories()
  expect(await findCommand(relative(process.cwd(), file), '/nowhere')).toBe(file)
})

test.each([
  ['tool', "The command 'tool' was not found."],
  ['./tool', "The command './tool' was not found."],
  ['', "The command '' was not found."],
  ['text', "The command 'text' is not executable."],
])('%j is told apart', async (name, message) => {
  const { first } = await directories()
  await expect(findCommand(name, first)).rejects.toMatchObject({
    code: 'spawn_failed',
    message: expect.stringContaining(message),
    detail: { reason: 'command' },
  })
})
