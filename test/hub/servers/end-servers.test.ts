import { expect, it, onTestFinished } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import { endServers } from '../../../src/hub/servers/end-servers.ts'
import { Reconciler } from '../../../src/hub/servers/reconciler.ts'
import { findServer } from '../../../src/hub/servers/servers.ts'
import type { ServerRecord } from '../../../src/model/server.ts'
import type { PollResult } from '../../../src/spawn/port.ts'
import { FakeSpawner } from '../../api/harness.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, putServer } from '../../support/people.ts'

const READY: Partial<ServerRecord> = {
  wanted: 'running',
  phase: 'ready',
  runId: 'run',
  url: 'http://127.0.0.1:1',
  secret: 'secret',
  spawnerState: { run: 'run' },
}

/** Whatever it is asked of runs, until it was stopped. */
class Alive extends FakeSpawner {
  override poll(): Promise<PollResult> {
    return Promise.resolve({ running: true })
  }
}

function reconcile(hub: TestHub, spawner = new Alive()): void {
  const reconciler = new Reconciler(hub, { holder: 'one', spawner: () => spawner })
  reconciler.start()
  onTestFinished(() => reconciler.close())
}

const openHub = (stop_timeout = 10) =>
  openTestHub({ config: { spawner: { kind: 'process', stop_timeout, poll_interval: 600 } } })

const never = new AbortController().signal

it('stops every server and comes back when none is active, whichever replica asks', async () => {
  const hub = await openHub()
  const names = Array.from({ length: 30 }, (_, i) => `user-${i}`)
  for (const name of names) await putServer(hub, await makeUser(hub, name), 'lab', READY)
  reconcile(hub)
  const replicas = [hub, await hub.another(), await hub.another()]
  await Promise.all(
    replicas.map((one, i) => endServers(one, { by: 'root', holder: `replica-${i}` }, never)),
  )
  expect(await hub.store.count(keys.activeServers())).toBe(0)
  const servers = await Promise.all(names.map((name) => findServer(hub, name, 'lab')))
  for (const server of servers)
    expect(server).toMatchObject({ phase: 'stopped', by: 'root', failure: null })
})

it('comes back at once when nothing runs', async () => {
  const hub = await openHub()
  await putServer(hub, await makeUser(hub, 'ada'), '', {})
  await endServers(hub, { by: 'ops', holder: 'one' }, never)
  expect((await findServer(hub, 'ada', ''))?.by).toBe('ops')
})

it('stops what begins to start meanwhile', async () => {
  const hub = await openHub()
  const gate = Promise.withResolvers<void>()
  const spawner = new Alive()
  spawner.stopGate = gate.promise
  await putServer(hub, await makeUser(hub, 'ada'), '', READY)
  reconcile(hub, spawner)
  const ended = endServers(hub, { by: 'ops', holder: 'one' }, never)
  const phase = async (name: string) => (await findServer(hub, name, ''))?.phase
  await expect.poll(() => phase('ada')).toBe('stopping')
  await putServer(hub, await makeUser(hub, 'grace'), '', READY)
  await expect.poll(() => phase('grace')).toBe('stopping')
  gate.resolve()
  await ended
  expect(await hub.store.count(keys.activeServers())).toBe(0)
})

it('gives up when the time is over: twice what a stop may take', async () => {
  const hub = await openHub(0.2)
  await putServer(hub, await makeUser(hub, 'ada'), '', READY)
  await endServers(hub, { by: 'ops', holder: 'one' }, never)
  expect(await findServer(hub, 'ada', '')).toMatchObject({ phase: 'ready', wanted: 'stopped' })
})

it('gives up when the replica ends anyway', async () => {
  const hub = await openHub(600)
  await putServer(hub, await makeUser(hub, 'ada'), '', READY)
  const ending = new AbortController()
  const ended = endServers(hub, { by: 'ops', holder: 'one' }, ending.signal)
  await expect.poll(async () => (await findServer(hub, 'ada', ''))?.wanted).toBe('stopped')
  ending.abort()
  await ended
  expect((await findServer(hub, 'ada', ''))?.phase).toBe('ready')
})
