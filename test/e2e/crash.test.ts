import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually, GatewayProcess, readEnvironment } from '../support/gateway-process.ts'

/** kill -9 of the gateway in the middle of things (invariant 8). */

let gateway: GatewayProcess

beforeEach(async () => {
  gateway = await GatewayProcess.start({
    spawner: { kind: 'process', cmd: ['jupyter', 'server'], poll_interval: 0.5 },
  })
  await gateway.api('POST', '/users/ada')
})

afterEach(() => gateway[Symbol.asyncDispose]())

interface Server {
  ready: boolean
  pending: string | null
  stopped: boolean
}

const server = async (): Promise<Server> =>
  (await gateway.api<Server>('GET', '/users/ada/server')).body

async function settled(): Promise<Server> {
  return eventually('the server is settled', async () => {
    const state = await server()
    return state.pending === null && state
  })
}

async function expectTruth(state: Server): Promise<void> {
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  const response = await fetch(`${gateway.url}/user/ada/api/status`, {
    headers: { authorization: `token ${token}` },
  })
  expect(response.status).toBe(state.ready ? 200 : 424)
  if (state.ready) {
    // Jupyter runs short-lived helpers: one that ended between the two looks has nothing to read.
    const secrets = gateway.serverProcesses().map(sessionOf)
    expect(new Set(secrets.filter((secret) => secret !== '')).size).toBe(1)
  } else {
    await eventually('nothing runs', () => gateway.serverProcesses().length === 0)
  }
}

/** When the Jupyter server says that it was started: another process says another time. */
async function begunAt(): Promise<string> {
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  const headers = { authorization: `token ${token}` }
  const response = await fetch(`${gateway.url}/user/ada/api/status`, { headers })
  return ((await response.json()) as { started: string }).started
}

const sessionOf = (pid: number): string =>
  /JUPYTER_TOKEN=([\w-]+)/.exec(readEnvironment(pid))?.[1] ?? ''

it.each([0, 5, 20, 60, 150, 400])(
  'during a start (%i ms in): the server comes up, once, and nothing is orphaned',
  async (ms) => {
    gateway.api('POST', '/users/ada/server').catch(() => undefined)
    await delay(ms)
    await gateway.kill('SIGKILL')
    await gateway.run()
    await expectTruth(await settled())
  },
)

it.each([0, 5, 50, 300])(
  'during a stop (%i ms in): the server is gone, with its processes',
  async (ms) => {
    await gateway.startServer('ada')
    gateway.api('DELETE', '/users/ada/server').catch(() => undefined)
    await delay(ms)
    await gateway.kill('SIGKILL')
    await gateway.run()
    await expectTruth(await settled())
  },
)

it('while a server runs: the next gateway routes it, and it is the same one', async () => {
  await gateway.startServer('ada')
  const before = await begunAt()
  await gateway.kill('SIGKILL')
  await gateway.run()
  await expectTruth(await server())
  expect(await begunAt()).toBe(before)
})

it('while a server dies: the next gateway says so', async () => {
  await gateway.startServer('ada')
  await gateway.kill('SIGKILL')
  for (const pid of gateway.serverProcesses()) process.kill(pid, 'SIGKILL')
  await gateway.run()
  await eventually('it is known to be stopped', async () => (await server()).stopped)
  await expectTruth(await server())
  const progress = await gateway.api('GET', '/users/ada/server/progress')
  expect(progress.text).toContain('"failed":true')
})

it('ends with exit code 0 on SIGTERM and leaves servers running', async () => {
  await gateway.startServer('ada')
  const before = await begunAt()
  expect(await gateway.kill('SIGTERM')).toBe(0)
  expect(gateway.serverProcesses()).not.toEqual([])
  await gateway.run()
  await expectTruth(await server())
  expect(await begunAt()).toBe(before)
})
