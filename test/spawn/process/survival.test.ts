import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../../../src/model/json.ts'
import type { SpawnRequest } from '../../../src/spawn/port.ts'
import { waitReady } from '../../../src/spawn/wait-ready.ts'
import type { Rig } from './rig.ts'
import { HTTP_SERVER, makeRig, never, node, processesOf } from './rig.ts'

function doomedGateway(rig: Rig, state: JsonObject, request: SpawnRequest): ChildProcess {
  const task = { config: rig.config, runDir: join(rig.dir, 'servers'), state, request }
  const script = join(import.meta.dirname, 'doomed-gateway.ts')
  const gateway = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void gateway.kill('SIGKILL'))
  return gateway
}

async function lineOf(gateway: ChildProcess, pattern: RegExp): Promise<string> {
  for await (const line of createInterface({ input: gateway.stdout! })) {
    if (pattern.test(line)) return line
  }
  throw new Error('The gateway ended without saying so.')
}

async function killed(gateway: ChildProcess): Promise<void> {
  const exit = once(gateway, 'exit')
  gateway.kill('SIGKILL')
  await exit
}

test('a server outlives a gateway that is killed, and the next one finds and stops it', async () => {
  const rig = await makeRig({ cmd: node(HTTP_SERVER) })
  const request = rig.request()
  const state = await rig.spawner.prepare(request)
  const gateway = doomedGateway(rig, state, request)
  const url = await lineOf(gateway, /^http/)
  await killed(gateway)

  const spawner = rig.another()
  expect(spawner.urlOf(state)).toBe(url)
  const alive = () => spawner.poll(state)
  await waitReady({ url, prefix: request.prefix, signal: never, alive, timeoutMs: 8000 })
  expect(await alive()).toEqual({ running: true })
  expect(await processesOf(request.runId)).toHaveLength(1)
  await spawner.stop(state, never)
  expect(await processesOf(request.runId)).toEqual([])
  expect(await alive()).toEqual({
    running: false,
    exitCode: null,
    message: 'The server is not running any more.',
  })
}, 20_000)

test('whenever a gateway is killed during a start, the next one can settle it', async () => {
  const rig = await makeRig({ cmd: ['sleep', '600'] })
  for (const delay of [0, 1, 2, 4, 6, 9, 14]) {
    const request = rig.request()
    const state = await rig.spawner.prepare(request)
    const gateway = doomedGateway(rig, state, request)
    await lineOf(gateway, /^starting/)
    await sleep(delay)
    await killed(gateway)
    await rig.another().stop(state, never)
    expect(await rig.another().poll(state)).toMatchObject({ running: false })
    expect(await processesOf(request.runId)).toEqual([])
  }
}, 30_000)
