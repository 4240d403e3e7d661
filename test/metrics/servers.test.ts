import { expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import { expectError, openRig, runServers } from '../api/harness.ts'
import type { TestHub } from '../support/hub.ts'
import { openMeasured } from './exposition.ts'

/** A rig whose hub tells its metrics, with servers; the counts of one histogram by their labels. */
async function open(config: Parameters<typeof openRig>[0] = {}) {
  const rig = await openRig(config)
  const { instruments, samples } = openMeasured()
  const hub: { -readonly [Member in keyof TestHub]: TestHub[Member] } = rig.hub
  hub.metrics = instruments
  const counted = async (name: string): Promise<Record<string, number>> => {
    const prefix = `jupyterhub_${name}_count`
    const found = [...(await samples())].filter(
      ([sample, value]) => sample.startsWith(prefix) && value > 0,
    )
    return Object.fromEntries(found.map(([sample, value]) => [sample.slice(prefix.length), value]))
  }
  return { ...rig, counted, spawner: runServers(rig) }
}

const STARTS = 'server_spawn_duration_seconds'

it('a start and a stop', async () => {
  const { call, counted } = await open()
  expect((await call('POST', '/users/ada/server')).status).toBe(201)
  expect(await counted(STARTS)).toEqual({ '{status="success",reason=""}': 1 })
  expect(await counted('server_stop_seconds')).toEqual({})
  expect((await call('DELETE', '/users/ada/server')).status).toBe(204)
  expect(await counted('server_stop_seconds')).toEqual({ '{status="success"}': 1 })
  expect(await counted(STARTS)).toEqual({ '{status="success",reason=""}': 1 })
})

it.each([
  ['fails', 500, '{status="error",reason="exited"}'],
  ['bad-options', 400, '{status="failure",reason="options"}'],
] as const)('a start that %s', async (fate, status, labels) => {
  const { call, counted, spawner } = await open()
  spawner.fate = fate
  expect((await call('POST', '/users/ada/server')).status).toBe(status)
  await expect.poll(() => counted(STARTS)).toEqual({ [labels]: 1 })
  expect(await counted('server_stop_seconds')).toEqual({})
})

it('a start that is called off', async () => {
  const { call, counted, spawner } = await open({ config: { slow_spawn_timeout: 0 } })
  spawner.fate = 'never'
  expect((await call('POST', '/users/ada/server')).status).toBe(202)
  await call('DELETE', '/users/ada/server')
  await expect.poll(() => counted(STARTS)).toEqual({ '{status="failure",reason="cancelled"}': 1 })
  await expect.poll(() => counted('server_stop_seconds')).toEqual({ '{status="success"}': 1 })
})

it('a stop that fails', async () => {
  const { call, counted, spawner } = await open()
  expect((await call('POST', '/users/ada/server')).status).toBe(201)
  spawner.stopGate = Promise.reject(new Error('it does not end'))
  spawner.stopGate.catch(() => undefined)
  await call('DELETE', '/users/ada/server')
  await expect.poll(() => counted('server_stop_seconds')).toEqual({ '{status="failure"}': 1 })
  expect(await counted(STARTS)).toEqual({ '{status="success",reason=""}': 1 })
})

it('starts that are refused at a limit', async () => {
  const { call, counted, spawner } = await open({
    config: { slow_spawn_timeout: 0, concurrent_spawn_limit: 1 },
  })
  spawner.fate = 'never'
  expect((await call('POST', '/users/ada/server')).status).toBe(202)
  const refused = await call('POST', '/users/grace/server')
  expectError(refused, 429, /^Too many users/)
  expect(await counted(STARTS)).toEqual({ '{status="failure",reason="throttled"}': 1 })
})

it('starts that are refused because too many servers run', async () => {
  const { call, counted } = await open({ config: { active_server_limit: 1 } })
  expect((await call('POST', '/users/ada/server')).status).toBe(201)
  expectError(await call('POST', '/users/grace/server'), 429, /^Active user limit/)
  expect(await counted(STARTS)).toMatchObject({
    '{status="failure",reason="too-many-users"}': 1,
  })
})

it('a look whether a server runs, and its death, which is neither a start nor a stop', async () => {
  const { call, counted, hub, spawner } = await open({
    config: { spawner: { kind: 'process', poll_interval: 0.05 } },
  })
  expect((await call('POST', '/users/ada/server')).status).toBe(201)
  const polls = () => counted('server_poll_duration_seconds')
  const running = '{status="ServerPollStatus.running"}'
  await expect.poll(async () => (await polls())[running] ?? 0).toBeGreaterThan(0)
  expect(Object.keys(await polls())).toEqual([running])

  const { runId = '' } = (await findServer(hub, 'ada', '')) ?? {}
  await spawner.stop({ run: runId })
  await expect.poll(async () => (await findServer(hub, 'ada', ''))?.phase).toBe('stopped')
  expect((await polls())['{status="ServerPollStatus.stopped"}']).toBeGreaterThan(0)
  expect(await counted(STARTS)).toEqual({ '{status="success",reason=""}': 1 })
  expect(await counted('server_stop_seconds')).toEqual({})
})
