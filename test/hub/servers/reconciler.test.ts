import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { HubgateError } from '../../../src/base/errors.ts'
import type { HubContext } from '../../../src/hub/context.ts'
import type { ProgressMessage } from '../../../src/hub/servers/progress.ts'
import { progressOf } from '../../../src/hub/servers/progress.ts'
import { Reconciler } from '../../../src/hub/servers/reconciler.ts'
import { waitUntil } from '../../../src/hub/servers/server-wait.ts'
import {
  createServer,
  findServer,
  requestStart,
  requestStop,
} from '../../../src/hub/servers/servers.ts'
import { createUsers } from '../../../src/hub/users/users.ts'
import type { ServerRecord } from '../../../src/model/server.ts'
import { isReady, pendingOf } from '../../../src/model/server.ts'
import { openSpawner } from '../../../src/spawn/open.ts'
import type { Store } from '../../../src/store/port.ts'
import { eventually, processesWith } from '../../support/gateway-process.ts'
import type { ConfigInput, FakeClock, TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'

/** Answers every request, so that it is ready as soon as it listens. */
const ANSWERS = `require('http').createServer((q, s) => s.end('ok')).listen({port}, '127.0.0.1')`
const SILENT = 'setInterval(() => {}, 1000)'
const EXITS = `console.error('no licence found'); process.exit(7)`

const node = (code: string): string[] => [process.execPath, '-e', code]

/** A store's methods as an object's own, to override some. */
function bound(store: Store): Store {
  return {
    description: store.description,
    listening: store.listening,
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    list: (prefix, options) => store.list(prefix, options),
    count: (prefix) => store.count(prefix),
    commit: (commit) => store.commit(commit),
    watch: (listener) => store.watch(listener),
    acquireLease: (name, holder, ttlMs) => store.acquireLease(name, holder, ttlMs),
    renewLease: (lease, ttlMs) => store.renewLease(lease, ttlMs),
    releaseLease: (lease) => store.releaseLease(lease),
    close: () => store.close(),
  }
}

interface Rig {
  hub: TestHub
  start: (name?: string) => Promise<ServerRecord>
  stop: (name?: string, remove?: boolean) => Promise<ServerRecord | undefined>
  settled: (name?: string) => Promise<ServerRecord | undefined>
  processes: () => number[]
  /** Another process's reconciler on the same store. */
  another: () => Promise<Reconciler>
  /** As kill -9 does for the store: the reconciler ends and releases nothing. */
  reconciler: Reconciler
}

async function rig(
  cmd: string[],
  config: ConfigInput = {},
  within: (store: Store) => Store = (store) => store,
): Promise<Rig> {
  const hub = await openTestHub({
    clock: systemClock as unknown as FakeClock,
    config: {
      ...config,
      spawner: {
        kind: 'process',
        cmd,
        http_timeout: 20,
        stop_timeout: 5,
        poll_interval: 0.1,
        ...config.spawner,
      },
    },
  })
  const dir = join(hub.file, '..')
  const spawner = spawnerIn(dir, hub)
  const frail = { ...hub, store: within(hub.store) }
  const reconciler = new Reconciler(frail, { holder: 'one', spawner: () => spawner })
  reconciler.start()
  const processes = () => processesWith(dir)
  const reconcilers = [reconciler]
  onTestFinished(async () => {
    await Promise.all(reconcilers.map((one) => one.close()))
    for (const pid of processes()) process.kill(pid, 'SIGKILL')
    await eventually('all is gone', () => processes().length === 0)
  })
  const [user] = await createUsers(hub, ['ada'], { admin: false })
  if (user === undefined) throw new Error('no user')
  return {
    hub,
    reconciler,
    processes,
    start: (name = '') => requestStart(hub, { user, name, by: 'ada' }),
    stop: (name = '', remove = false) => requestStop(hub, { user: 'ada', name, remove, by: 'ada' }),
    settled: (name = '') =>
      waitUntil(
        hub,
        'ada',
        name,
        (server) => server === undefined || pendingOf(server) === null,
        20_000,
      ),
    another: async () => {
      const other = await hub.another()
      const next = new Reconciler(other, { holder: 'two', spawner: () => spawnerIn(dir, other) })
      reconcilers.push(next)
      next.start()
      return next
    },
  }
}

function spawnerIn(dir: string, hub: HubContext) {
  const { spawner } = hub.snapshot().config
  return openSpawner(
    { ...spawner, notebook_dir: join(dir, 'home', '{username}') },
    { baseUrl: '/', runDir: join(dir, 'servers'), clock: systemClock, log: hub.log },
  )
}

async function messages(hub: HubContext, name = ''): Promise<ProgressMessage[]> {
  const all: ProgressMessage[] = []
  for await (const one of progressOf(hub, 'ada', name, AbortSignal.timeout(20_000))) all.push(one)
  return all
}

describe('a start', () => {
  it('ends with a server that is ready, and tells its progress from the request to the end', async () => {
    const { hub, start, settled } = await rig(node(ANSWERS))
    const wanted = await start()
    expect(pendingOf(wanted)).toBe('spawn')
    const told = await messages(hub)
    expect(told[0]).toEqual({ progress: 0, message: 'Server requested' })
    expect(told.at(-1)).toMatchObject({ progress: 100, ready: true, url: '/user/ada/' })
    expect(told.map(({ progress }) => progress)).toEqual(
      told.map(({ progress }) => progress).toSorted((a, b) => a - b),
    )
    const server = await settled()
    expect(server).toMatchObject({ phase: 'ready', wanted: 'running', failure: null })
    expect(server?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it('tells only the end to who asks when it is over', async () => {
    const { hub, start, settled } = await rig(node(ANSWERS))
    await start()
    await settled()
    expect(await messages(hub)).toHaveLength(1)
  })

  it('is one start, however many ask', async () => {
    const { start, settled, processes } = await rig(node(ANSWERS))
    const asked = await Promise.all([start(), start(), start()])
    expect(new Set(asked.map((server) => server.runId)).size).toBe(1)
    await settled()
    expect(processes()).toHaveLength(1)
  })

  it('of a server that runs is refused', async () => {
    const { start, settled } = await rig(node(ANSWERS))
    await start()
    await settled()
    await expect(start()).rejects.toThrow('ada is already running')
  })

  it('that exits ends with its status and last words, and nothing is left', async () => {
    const { hub, start, settled, processes } = await rig(node(EXITS))
    await start()
    const server = await settled()
    expect(server).toMatchObject({
      phase: 'stopped',
      wanted: 'stopped',
      runId: null,
      secret: null,
      failure: { reason: 'exited', output: expect.stringContaining('no licence found') as string },
    })
    expect(server?.failure?.message).toContain('7')
    expect(processes()).toEqual([])
    expect((await messages(hub)).at(-1)).toMatchObject({ failed: true })
  })

  it('that never answers is ended by its deadline', async () => {
    const { start, settled, processes } = await rig(node(SILENT), {
      spawner: { kind: 'process', http_timeout: 0.3 },
    })
    await start()
    expect((await settled())?.failure).toMatchObject({ reason: 'timeout', status: 500 })
    expect(processes()).toEqual([])
  })

  it('of a command that is not there fails at once', async () => {
    const { start, settled } = await rig(['no-such-command'])
    await start()
    const server = await settled()
    expect(server?.failure?.message).toContain('no-such-command')
  })

  it('is forgotten when it succeeds after a failure', async () => {
    const { hub, start, settled } = await rig(node(EXITS))
    await start()
    await settled()
    hub.reload({ spawner: { kind: 'process', cmd: node(ANSWERS) } })
    expect((await findServer(hub, 'ada', ''))?.failure).not.toBeNull()
    expect((await start()).failure).toBeNull()
  })
})

describe('a stop', () => {
  it('ends the process and keeps the record', async () => {
    const { start, stop, settled, processes } = await rig(node(ANSWERS))
    await start()
    await settled()
    expect(pendingOf((await stop()) as ServerRecord)).toBe('stop')
    expect(await settled()).toMatchObject({ phase: 'stopped', started: null, failure: null })
    expect(processes()).toEqual([])
  })

  it('calls a start off', async () => {
    const { hub, start, stop, settled, processes } = await rig(node(SILENT))
    await start()
    await eventually('it runs', () => processes().length > 0)
    const told = messages(hub)
    await stop()
    expect(await settled()).toMatchObject({ phase: 'stopped', failure: { reason: 'cancelled' } })
    expect(processes()).toEqual([])
    expect((await told).at(-1)).toEqual({ progress: 100, failed: true, message: 'Spawn cancelled' })
  })

  it('with remove deletes the record when the process is gone', async () => {
    const { hub, start, stop, settled, processes } = await rig(node(ANSWERS))
    await start('gpu')
    await settled('gpu')
    await stop('gpu', true)
    expect(await settled('gpu')).toBeUndefined()
    expect(processes()).toEqual([])
    expect(await hub.store.list(['progress'])).toEqual([])
    expect(await hub.store.list(['active-server'])).toEqual([])
  })

  it('of a stopped server changes nothing, and with remove deletes it at once', async () => {
    const { hub, stop, settled } = await rig(node(ANSWERS))
    const [user] = await createUsers(hub, ['eve'], { admin: false })
    await createServer(hub, { user: user as never, name: 'x', by: 'eve' })
    const gone = await requestStop(hub, { user: 'eve', name: 'x', remove: true, by: 'eve' })
    expect(gone?.name).toBe('x')
    expect(await findServer(hub, 'eve', 'x')).toBeUndefined()
    expect(await stop()).toBeUndefined()
    expect(await settled()).toBeUndefined()
  })

  it('leaves nothing pending in the indexes', async () => {
    const { hub, start, stop, settled } = await rig(node(ANSWERS))
    await start()
    await settled()
    expect(await hub.store.count(['pending-server'])).toBe(0)
    expect(await hub.store.count(['active-server'])).toBe(1)
    await stop()
    await settled()
    expect(await hub.store.count(['active-server'])).toBe(0)
  })
})

describe('a server that dies', () => {
  it('is found by the regular look and said so', async () => {
    const { hub, start, settled, processes } = await rig(node(ANSWERS))
    await start()
    await settled()
    for (const pid of processes()) process.kill(pid, 'SIGKILL')
    const dead = await waitUntil(
      hub,
      'ada',
      '',
      (server) => server !== undefined && !isReady(server) && pendingOf(server) === null,
      10_000,
    )
    expect(dead).toMatchObject({ phase: 'stopped', failure: { reason: 'exited' } })
  })
})

describe('another gateway', () => {
  it('takes a start over that the first one left in the middle', async () => {
    const late = `setTimeout(() => { ${ANSWERS} }, 1500)`
    const { hub, start, settled, processes, reconciler, another } = await rig(node(late))
    await start()
    await eventually('it runs', () => processes().length > 0)
    const [pid] = processes()
    await reconciler.close()
    expect((await findServer(hub, 'ada', ''))?.phase).toBe('spawning')
    await another()
    expect(await settled()).toMatchObject({ phase: 'ready' })
    expect(processes()).toEqual([pid])
  })

  it('does not start a server a second time while the first one does', async () => {
    const { start, settled, processes, another } = await rig(node(ANSWERS))
    await another()
    await start()
    await settled()
    expect(processes()).toHaveLength(1)
  })
})

describe('a store that is away for a moment', () => {
  /** Fails once, at the commit that writes a phase. A real outage cannot be timed so exactly. */
  const failingOnceAt = (phase: string) => {
    let failures = 0
    const within = (store: Store): Store => ({
      ...bound(store),
      commit: async (commit) => {
        const writes = commit.set?.some(({ value }) => (value as ServerRecord).phase === phase)
        if (writes !== true || failures > 0) return store.commit(commit)
        failures += 1
        throw new HubgateError('unavailable')
      },
    })
    return { within, failures: () => failures }
  }

  it.each(['spawning', 'ready'])('does not end a start (at %s)', async (phase) => {
    const store = failingOnceAt(phase)
    const { start, settled, processes } = await rig(node(ANSWERS), {}, store.within)
    const { runId } = await start()
    const server = await settled()
    expect(store.failures()).toBe(1)
    expect(server).toMatchObject({ phase: 'ready', runId, failure: null })
    expect(processes()).toHaveLength(1)
  })

  it('does not keep a server from stopping', async () => {
    const store = failingOnceAt('stopped')
    const { start, stop, settled, processes } = await rig(node(ANSWERS), {}, store.within)
    await start()
    await settled()
    await stop()
    expect(await settled()).toMatchObject({ phase: 'stopped', failure: null })
    expect(store.failures()).toBe(1)
    expect(processes()).toEqual([])
  })
})

describe('the rules for new servers', () => {
  it.each([
    ['Not-Valid', 'Invalid server_name'],
    ['a--b', 'Invalid server_name'],
    ['x'.repeat(31), 'Invalid server_name'],
  ])('refuse the name %s', async (name, message) => {
    const { start } = await rig(node(ANSWERS))
    await expect(start(name)).rejects.toThrow(message)
  })

  it('refuse named servers when they are off', async () => {
    const { start } = await rig(node(ANSWERS), { allow_named_servers: false })
    await expect(start('gpu')).rejects.toThrow('Named servers are not enabled.')
  })

  it('count named servers, stopped ones too, but not the default one', async () => {
    const { start, stop, settled } = await rig(node(ANSWERS), { named_server_limit_per_user: 1 })
    await start('gpu')
    await settled('gpu')
    await stop('gpu')
    await settled('gpu')
    await expect(start('cpu')).rejects.toThrow('already has the maximum of 1 named servers')
    expect(pendingOf(await start())).toBe('spawn')
  })

  it('limit how many start at once and how many are active', async () => {
    const slow = await rig(node(SILENT), { concurrent_spawn_limit: 1 })
    await slow.start()
    await expect(slow.start('gpu')).rejects.toMatchObject({
      code: 'too_many_requests',
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string },
    })
    const full = await rig(node(ANSWERS), { active_server_limit: 1 })
    await full.start()
    await full.settled()
    await expect(full.start('gpu')).rejects.toThrow('Active user limit exceeded')
  })
})

it('keeps the server’s secret out of its log file and its command line', async () => {
  const { hub, start, settled, processes } = await rig(node(ANSWERS))
  await start()
  const server = await settled()
  expect(server?.secret).toHaveLength(43)
  const [pid] = processes()
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(server?.secret)
  expect(JSON.stringify(server?.spawnerState)).not.toContain(server?.secret)
  expect(hub.log.level).toBe('silent')
})
