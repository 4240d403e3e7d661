import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { randomId } from '../../../src/base/random.ts'
import type { ServiceProcess } from '../../../src/spawn/service/service-process.ts'
import { endLeftovers, startServiceProcess } from '../../../src/spawn/service/service-process.ts'
import { eventually, processesWith } from '../../support/gateway-process.ts'

interface Started {
  run: ServiceProcess
  runId: string
  lines: string[]
  line: (text: string) => Promise<unknown>
}

const PATH = process.env['PATH'] ?? ''

async function start(script: string, patience = 5): Promise<Started> {
  const runId = randomId()
  const lines: string[] = []
  const run = await startServiceProcess({
    command: ['/bin/sh', '-c', script],
    cwd: '/',
    environment: { PATH },
    runId,
    patience,
    secret: '',
    onLine: (line) => lines.push(line),
  })
  const line = (text: string) => eventually(text, () => lines.includes(text))
  return { run, runId, lines, line }
}

describe('a service process', () => {
  it('tells how it ended, and nothing that it started is left', async () => {
    const { run, runId, line } = await start('setsid sleep 600 & sleep 600 & echo up; exit 3')
    await line('up')

    expect(await run.ended).toEqual({ code: 3, signal: null })
    expect(processesWith(runId)).toEqual([])
  })

  it('is asked to end, and so is what it started', async () => {
    const { run, runId, lines, line } = await start(
      `(trap 'echo child done; exit' TERM; echo child up; while :; do sleep 0.05; done) &
       trap 'wait; echo parent done; exit 0' TERM; echo up; wait; wait`,
    )
    await line('up')
    await line('child up')

    await run.stop()

    expect(await run.ended).toEqual({ code: 0, signal: null })
    expect(lines).toContain('child done')
    expect(lines).toContain('parent done')
    expect(processesWith(runId)).toEqual([])
  })

  it('is killed when it does not end', async () => {
    const { run, runId, line } = await start("trap '' TERM; echo up; sleep 600; sleep 600", 1)
    await line('up')

    await run.stop()

    expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' })
    expect(processesWith(runId)).toEqual([])
  })

  it('may be stopped more than once, and after its end', async () => {
    const { run } = await start('exit 0')
    await run.ended
    await Promise.all([run.stop(), run.stop()])
    expect(await run.ended).toEqual({ code: 0, signal: null })
  })

  it('says why it does not run', async () => {
    const runId = randomId()
    const starting = startServiceProcess({
      command: ['true'],
      cwd: '/no/such/folder',
      environment: { PATH },
      runId,
      patience: 1,
      secret: '',
      onLine: () => undefined,
    })
    await expect(starting).rejects.toThrow('/no/such/folder')
  })
})

describe('when the gateway is killed', () => {
  const MODULE = pathToFileURL(
    `${import.meta.dirname}/../../../src/spawn/service/service-process.ts`,
  ).href

  async function orphan(script: string): Promise<string> {
    const runId = randomId()
    const options = { command: ['/bin/sh', '-c', script], cwd: '/', runId, patience: 1, secret: '' }
    const program = `
      import { startServiceProcess } from ${JSON.stringify(MODULE)}
      const options = ${JSON.stringify({ ...options, environment: { PATH } })}
      await startServiceProcess({ ...options, onLine: console.log })`
    const gateway = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(gateway.stdout, 'data')
    gateway.kill('SIGKILL')
    await once(gateway, 'exit')
    return runId
  }

  it('its group ends', async () => {
    const runId = await orphan('sleep 600 & echo up; sleep 600')
    await eventually('it is gone', () => processesWith(runId).length === 0)
    expect(processesWith(runId)).toEqual([])
  })

  it('its group ends whatever it ignores, and the rest is found by its mark', async () => {
    const runId = await orphan(
      "trap '' TERM INT HUP; setsid sleep 600 & echo up; sleep 600; sleep 600",
    )
    await eventually('one is left', () => processesWith(runId).length === 1)
    await endLeftovers(runId)
    expect(processesWith(runId)).toEqual([])
  })
})
