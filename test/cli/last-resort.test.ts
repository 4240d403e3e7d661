import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const SCRIPT = `
import { openLog } from '${resolve('src/base/log.ts')}'
import { endOnFault } from '${resolve('src/cli/last-resort.ts')}'
endOnFault(openLog())
setInterval(() => undefined, 1000)
`

it.each([
  ['uncaughtException', "setImmediate(() => { throw new Error('a fault') })"],
  ['unhandledRejection', "Promise.reject(new Error('a fault'))"],
])('logs what nobody caught, and ends the process: %s', (origin, fault) => {
  const args = ['--input-type=module', '--eval', SCRIPT + fault]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stdout).toBe('')
  const lines = stderr.trim().split('\n')
  expect(lines).toHaveLength(1)
  const line = JSON.parse(lines[0] ?? '') as { level: number; err: { message: string } }
  expect(line).toMatchObject({ level: 60, event: 'fault', origin })
  expect(line.err.message).toBe('a fault')
})
