import { once } from 'node:events'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { runningRuns } from '../support/chaos.ts'
import { ADMIN_TOKEN, eventually, GatewayProcess } from '../support/gateway-process.ts'
import type { ConfigInput } from '../support/hub.ts'
import { plainRequest } from '../support/plain-request.ts'
import { RedisServer } from '../support/redis.ts'
import { descriptorsOf, isAlive, Pinned, workersOf } from '../support/workers.ts'

/** `--workers`: several processes behind one port, which act as one. */

const UPSTREAM = resolve('test/support/upstream-app.ts')
const CONFIG: ConfigInput = {
  listen: { workers: 2 },
  authenticate_prometheus: false,
  spawner: {
    kind: 'process',
    cmd: [process.execPath, UPSTREAM, '{port}', '{base_url}'],
    poll_interval: 1,
  },
}

async function metric(gateway: GatewayProcess, name: string): Promise<number | undefined> {
  const { text } = await plainRequest('GET', `${gateway.url}/hub/metrics`)
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length))
}

/** How often the hub has answered something, by its own count. */
const API_ANSWERS =
  'jupyterhub_request_duration_seconds_count{method="GET",handler="/hub/api/users/{name}",code="200"}'

async function echo(gateway: GatewayProcess, token: string): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/user/ada/echo?token=${token}`)
  await once(socket, 'open')
  socket.send('hello')
  const [data] = (await once(socket, 'message')) as [Buffer]
  socket.terminate()
  return data.toString()
}

/** The gateway's own output, as it says that it is ready. */
const readyLines = (gateway: GatewayProcess): number => gateway.stdout.split('ready at').length - 1

describe.each(['SQLite', 'Redis'] as const)('with %s', (kind) => {
  it('the workers act as one', async () => {
    await using redis = kind === 'Redis' ? await RedisServer.start() : undefined
    const store = redis === undefined ? {} : { store: redis.url('/0') }
    await using gateway = await GatewayProcess.start({ ...CONFIG, ...store })
    expect(readyLines(gateway)).toBe(1)
    expect(workersOf(gateway)).toHaveLength(2)
    const [one, two] = await Pinned.toEach(gateway)
    if (one === undefined || two === undefined) throw new Error('there are not two workers')

    expect((await one.request('POST', '/hub/api/users/ada', ADMIN_TOKEN)).status).toBe(201)
    const started = await one.request('POST', '/hub/api/users/ada/server', ADMIN_TOKEN)
    expect([201, 202]).toContain(started.status)
    const made = await one.request('POST', '/hub/api/users/ada/tokens', ADMIN_TOKEN, {
      scopes: ['access:servers!server=ada/'],
    })
    const { id, token } = JSON.parse(made.text) as { id: string; token: string }
    const visit = async (worker: Pinned) =>
      (await worker.request('GET', '/user/ada/', token)).status
    await eventually('both reach the server', async () =>
      [await visit(one), await visit(two)].every((status) => status === 200),
    )
    expect(await Promise.all([echo(gateway, token), echo(gateway, token)])).toEqual([
      'hello',
      'hello',
    ])

    const revoked = await two.request('DELETE', `/hub/api/users/ada/tokens/${id}`, ADMIN_TOKEN)
    expect(revoked.status).toBe(204)
    const refused = async () => [await visit(one), await visit(two)].every((s) => s === 403)
    await eventually('both refuse the token', refused)

    const before = (await metric(gateway, API_ANSWERS)) ?? 0
    for (const worker of [one, two, two, one]) {
      await worker.request('GET', '/hub/api/users/ada', ADMIN_TOKEN)
    }
    expect(await metric(gateway, API_ANSWERS)).toBe(before + 4)
    expect(await metric(gateway, 'hubgate_workers')).toBe(2)
    expect(await metric(gateway, 'jupyterhub_running_servers')).toBe(1)

    await gateway.configure({ ...CONFIG, ...store, api_tokens: { ['t'.repeat(40)]: 'ada' } })
    await eventually('both have the new configuration', async () => {
      const answers = [one, two].map((each) => each.request('GET', '/hub/api/user', 't'.repeat(40)))
      return (await Promise.all(answers)).every(({ status }) => status === 200)
    })

    expect((await two.request('POST', '/hub/api/shutdown', ADMIN_TOKEN)).status).toBe(202)
    expect(await gateway.ended()).toBe(0)
    expect(runningRuns(gateway)).toHaveLength(1)
  })
})

it('a worker that is killed loses only its connections, and another takes its place', async () => {
  await using gateway = await GatewayProcess.start(CONFIG)
  await gateway.startServer('ada')
  const [one, two] = await Pinned.toEach(gateway)
  if (one === undefined || two === undefined) throw new Error('there are not two workers')
  await one.request('GET', '/hub/api/users/ada', ADMIN_TOKEN)
  await two.request('GET', '/hub/api/users/ada', ADMIN_TOKEN)
  const before = (await metric(gateway, API_ANSWERS)) ?? 0

  let loading = true
  const statuses: number[] = []
  const load = async (): Promise<void> => {
    while (loading) {
      // Each on a connection of its own; those of the killed worker break.
      const { status } = await plainRequest('GET', `${gateway.url}/hub/api`).catch(() => ({
        status: 0,
      }))
      statuses.push(status)
    }
  }
  const loads = [load(), load(), load(), load()]
  process.kill(one.worker, 'SIGKILL')
  await eventually('its connections break', () => one.isOver)
  expect((await two.request('GET', '/hub/api/users/ada', ADMIN_TOKEN)).status).toBe(200)
  await eventually('another takes its place', () => workersOf(gateway).length === 2)
  using fresh = await eventually('it gets connections', async () => {
    const each = await Pinned.toEach(gateway)
    return each.find(({ worker }) => worker !== one.worker && worker !== two.worker)
  })
  expect((await fresh.request('GET', '/hub/api/users/ada', ADMIN_TOKEN)).status).toBe(200)
  loading = false
  await Promise.all(loads)
  expect(statuses.filter((status) => status !== 200 && status !== 0)).toEqual([])
  expect(statuses.filter((status) => status === 0).length).toBeLessThan(10)

  expect(await metric(gateway, 'hubgate_worker_restarts_total')).toBe(1)
  expect(await metric(gateway, API_ANSWERS)).toBe(before + 2)
  expect(gateway.stderr).toContain('a worker ended: another takes its place')
  expect(runningRuns(gateway)).toHaveLength(1)
})

it('workers do not outlive their supervisor, and the next one finds the servers', async () => {
  await using gateway = await GatewayProcess.start(CONFIG)
  await gateway.startServer('ada')
  const runs = runningRuns(gateway)
  const workers = workersOf(gateway)
  await gateway.kill('SIGKILL')
  await eventually('the workers are gone', () => !workers.some(isAlive))
  await gateway.run()
  expect(runningRuns(gateway)).toEqual(runs)
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  const [one, two] = await Pinned.toEach(gateway)
  expect((await one?.request('GET', '/user/ada/', token))?.status).toBe(200)
  expect((await two?.request('GET', '/user/ada/', token))?.status).toBe(200)
})

it('SIGTERM drains all workers: what is being answered is answered', async () => {
  await using gateway = await GatewayProcess.start({
    ...CONFIG,
    listen: { workers: 2, drain_delay: 1 },
  })
  await gateway.startServer('ada')
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  const pinned = await Pinned.toEach(gateway)
  const workers = workersOf(gateway)
  const answers = pinned.map((each) => each.request('GET', '/user/ada/download?mb=64', token))
  const ended = gateway.kill('SIGTERM')
  const whole = await Promise.all(answers)
  expect(whole.map(({ status, text }) => [status, text.length])).toEqual([
    [200, 64 * 1024 * 1024],
    [200, 64 * 1024 * 1024],
  ])
  expect(await ended).toBe(0)
  expect(workers.some(isAlive)).toBe(false)
  expect(runningRuns(gateway)).toHaveLength(1)
  await gateway.run()
})

it('keeps the link to the store from the servers of users', async () => {
  await using gateway = await GatewayProcess.start(CONFIG)
  await gateway.startServer('ada')
  const own = new Set([gateway.pid, ...workersOf(gateway)].flatMap(descriptorsOf))
  const servers = gateway.serverProcesses()
  expect(servers.length).toBeGreaterThan(0)
  const theirs = servers.flatMap(descriptorsOf).filter((name) => name.startsWith('socket:'))
  expect(theirs.length).toBeGreaterThan(0)
  expect(theirs.filter((name) => own.has(name))).toEqual([])
})

it('says why it cannot start, and leaves nothing behind', async () => {
  await using gateway = await GatewayProcess.start()
  const port = String(gateway.port)
  const start = gateway.command(
    'start',
    '--port',
    port,
    '--config',
    gateway.configFile,
    '--workers',
    '2',
  )
  await expect(start).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Cannot listen on 127.0.0.1:${port} (EADDRINUSE)`),
  })
  expect((await gateway.api('GET', '/')).status).toBe(200)
})

it('ends when no worker can be kept running', async () => {
  await using redis = await RedisServer.start()
  await using gateway = await GatewayProcess.start({ ...CONFIG, store: redis.url('/0') })
  const workers = workersOf(gateway)
  await redis.kill()
  for (const pid of workers) process.kill(pid, 'SIGKILL')
  expect(await gateway.ended()).toBe(1)
  expect(gateway.stderr).toContain('No worker can be kept running')
  expect(workersOf(gateway)).toEqual([])
})

it('refuses a number of workers that is none', async () => {
  await using gateway = await GatewayProcess.start()
  for (const count of ['0', '65', '1.5', '-1', 'many']) {
    await expect(gateway.command('start', `--workers=${count}`)).rejects.toMatchObject({
      stderr: expect.stringContaining('It must be a whole number from 1 to 64, or auto.'),
    })
  }
})

it('a connection on its way to a worker that dies is ended, not forgotten', async () => {
  await using gateway = await GatewayProcess.start(CONFIG)
  const [hung] = workersOf(gateway)
  if (hung === undefined) throw new Error('there are no workers')
  process.kill(hung, 'SIGSTOP')
  const ask = () => plainRequest('GET', `${gateway.url}/hub/api`)
  const asked = Array.from({ length: 6 }, ask)
  const settled = asked.map((each) =>
    each.then(
      () => 'answered',
      () => 'ended',
    ),
  )
  await eventually('the other one answers', async () => (await ask()).status === 200)
  // The supervisor asks both, so the connection is not the last thing that the hung one was sent.
  expect(await metric(gateway, 'hubgate_workers')).toBe(2)
  process.kill(hung, 'SIGKILL')
  const ends = await Promise.all(settled)
  expect(ends.filter((end) => end === 'ended').length).toBeLessThanOrEqual(1)
})

it('turns away the connections that no worker has room for', async () => {
  await using gateway = await GatewayProcess.start({ ...CONFIG, limits: { connections: 2 } })
  const sockets = Array.from({ length: 12 }, () => connect(gateway.port, '127.0.0.1'))
  let closed = 0
  for (const socket of sockets) {
    socket.on('error', () => undefined)
    socket.once('close', () => {
      closed += 1
    })
  }
  await eventually('some are turned away', () => closed > 0)
  for (const socket of sockets) socket.destroy()
  const rejected = 'hubgate_rejected_total{reason="connections"}'
  const counted = () => metric(gateway, rejected).catch(() => undefined)
  expect(await eventually('there is room again', counted)).toBeGreaterThan(0)
})

it('all workers count who tries to sign in', async () => {
  await using gateway = await GatewayProcess.start(CONFIG)
  const form = await plainRequest('GET', `${gateway.url}/hub/login`)
  const _xsrf = /name="_xsrf" value="([^"]+)"/.exec(form.text)?.[1] ?? ''
  const body = new URLSearchParams({ username: 'ada', password: 'wrong', _xsrf }).toString()
  const headers = {
    cookie: form.cookies,
    'content-type': 'application/x-www-form-urlencoded',
  }
  const statuses: number[] = []
  for (let i = 0; i < 14; i++) {
    const { status } = await plainRequest('POST', `${gateway.url}/hub/login`, headers, body)
    statuses.push(status)
  }
  expect(statuses.slice(0, 9).every((status) => status === 403)).toBe(true)
  // A notice may be a moment behind the next attempt.
  expect(statuses.slice(-3)).toEqual([429, 429, 429])
})
