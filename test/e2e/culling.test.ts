import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'

/** Idle servers are stopped, and a server whose kernel computes is not idle (design.md §3). */

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    spawner: { kind: 'process', cmd: ['jupyter', 'server'] },
    cull: { idle_after: 3, every: 0.3 },
  })
})

afterAll(() => gateway[Symbol.asyncDispose]())

const stopped = async (user: string) =>
  (await gateway.api<{ stopped: boolean }>('GET', `/users/${user}/server`)).body.stopped

/** Starts a kernel that computes for some seconds and leaves it alone. */
async function compute(user: string, forSeconds: number): Promise<void> {
  const token = await gateway.token(user, [`access:servers!user=${user}`])
  const headers = { authorization: `token ${token}` }
  const base = `${gateway.url}/user/${user}/api/kernels`
  const made = await fetch(base, { method: 'POST', headers })
  const { id } = (await made.json()) as { id: string }
  const socket = new WebSocket(`${base.replace('http', 'ws')}/${id}/channels`, { headers })
  await new Promise((done) => socket.once('open', done))
  const content = {
    code: `import time; end = time.time() + ${forSeconds}\nwhile time.time() < end: time.sleep(0.1)`,
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
  }
  const header = {
    msg_id: '1',
    msg_type: 'execute_request',
    session: 's',
    username: user,
    version: '5.3',
  }
  socket.send(
    JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell' }),
  )
  await new Promise<void>((busy) => {
    socket.on('message', (data: Buffer) => {
      if (data.toString('latin1').includes('"busy"')) busy()
    })
  })
  socket.close()
}

it('stops the server that nobody uses and not the one that computes', async () => {
  await gateway.startServer('busy')
  await compute('busy', 12)
  await gateway.startServer('idle')
  await eventually('the idle server is culled', () => stopped('idle'))
  expect(await stopped('busy')).toBe(false)
  await eventually('the other one is culled when it is done', () => stopped('busy'))
  expect(gateway.stderr).toContain('server culled')
  expect(gateway.serverProcesses()).toEqual([])
})
