import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LAUNCH_SCRIPT } from '../../../src/spawn/process/launch-script.ts'
import { claimFile, parseRunState } from '../../../src/spawn/process/run-state.ts'
import { makeRig, never, patient, processesOf } from './rig.ts'

test('after a stop that came first no launch can begin, whoever launches', async () => {
  const { spawner, another, request } = await makeRig({ cmd: ['sleep', '600'] })
  const run = request()
  const state = await spawner.prepare(run)
  await spawner.stop(state, never)
  expect(await spawner.poll(state)).toEqual({
    running: false,
    exitCode: null,
    message: 'The start was cancelled.',
  })
  for (const gateway of [spawner, another()]) {
    await expect(gateway.start(state, run, patient())).rejects.toMatchObject({
      code: 'spawn_failed',
      detail: { reason: 'cancelled' },
    })
  }
  // The launch of a gateway that had checked the claim before the stop.
  const late = spawn(
    '/bin/sh',
    ['-c', LAUNCH_SCRIPT, 'x', claimFile(parseRunState(state)), 'sleep', '600'],
    { env: { HUBGATE_RUN_ID: run.runId } },
  )
  expect(await once(late, 'exit')).toEqual([0, null])
  expect(await processesOf(run.runId)).toEqual([])
})

test('after a run is cleaned no launch can begin', async () => {
  const { spawner, request } = await makeRig({ cmd: ['sleep', '600'] })
  const run = request()
  const state = await spawner.prepare(run)
  await spawner.stop(state, never)
  await spawner.clean(state)
  await expect(spawner.start(state, run, patient())).rejects.toMatchObject({
    detail: { reason: 'cancelled' },
  })
  expect(await processesOf(run.runId)).toEqual([])
})

test('a stop during a start ends in nothing running, in every order', async () => {
  const { spawner, another, request } = await makeRig({ cmd: ['sleep', '600'] })
  for (let round = 0; round < 16; round++) {
    const run = request()
    const state = await spawner.prepare(run)
    const start = spawner.start(state, run, patient()).then(
      () => 'started',
      () => 'refused',
    )
    await sleep(2 ** (round % 8) - 1)
    await another().stop(state, never)
    expect(['started', 'refused']).toContain(await start)
    expect(await spawner.poll(state)).toMatchObject({ running: false })
    expect(await processesOf(run.runId)).toEqual([])
    await spawner.clean(state)
  }
}, 30_000)

test('of several starts of one run one server comes, and all succeed', async () => {
  const { spawner, another, request } = await makeRig({ cmd: ['sleep', '600'] })
  const run = request()
  const state = await spawner.prepare(run)
  const gateways = [spawner, another(), another(), spawner]
  const urls = await Promise.all(
    gateways.map((gateway) => gateway.start(state, run, patient()).then(({ url }) => url)),
  )
  expect(new Set(urls)).toEqual(new Set([spawner.urlOf(state)]))
  expect(await processesOf(run.runId)).toHaveLength(1)
  await expect(another().start(state, run, patient())).resolves.toBeDefined()
  expect(await processesOf(run.runId)).toHaveLength(1)
  expect(await spawner.poll(state)).toEqual({ running: true })
})
