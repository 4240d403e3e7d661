import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../support/free-port.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { ExternalService, servicePath } from '../support/service-process.ts'

/**
 * jupyter-server-proxy, unmodified, in a user's plain `jupyter server`: a web application with a
 * WebSocket is reached through two proxies, the gateway and the user's server.
 */

let stack: AsyncDisposableStack
let gateway: GatewayProcess
let base: string
let headers: { authorization: string }

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const port = await freePort()
  gateway = stack.use(
    await GatewayProcess.start({ spawner: { kind: 'process', cmd: ['jupyter', 'server'] } }),
  )
  stack.use(new ExternalService([servicePath('plain_app.py'), String(port)], {}))
  await eventually('the application answers', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
    return answer?.ok
  })
  await gateway.startServer('ada')
  base = `${gateway.url}/user/ada/proxy/${port}`
  headers = { authorization: `token ${await gateway.token('ada', ['access:servers!user=ada'])}` }
})

afterAll(() => stack.disposeAsync())

it('passes a page on with its path and query, and no credential of the hub', async () => {
  const response = await fetch(`${base}/some/page?a=1&b=%20`, {
    headers: { ...headers, cookie: 'hubgate-login=secret; mine=1' },
  })
  const seen = (await response.json()) as { path: string; headers: Record<string, string> }

  expect(response.status).toBe(200)
  expect(seen.path).toBe('/some/page?a=1&b=%20')
  const told = JSON.stringify(seen.headers)
  expect(told).not.toContain(headers.authorization.split(' ')[1])
  expect(told).not.toContain('hubgate-login')
  expect(seen.headers['Cookie']).toContain('mine=1')
  // The application's cookie is for the whole host, where it would reach other people's servers.
  expect(response.headers.getSetCookie().filter((line) => line.includes('colour'))).toEqual([])
})

it('passes bodies and streams on', async () => {
  const body = Buffer.alloc(300_000, 'x').toString()
  const posted = await fetch(`${base}/anything`, { method: 'POST', headers, body })
  expect(await posted.text()).toBe(body)

  const stream = await fetch(`${base}/stream`, { headers })
  expect(await stream.text()).toBe('part 0\npart 1\npart 2\n')
})

it('passes a WebSocket on, text and bytes, both ways', async () => {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/echo`, { headers })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const next = () =>
    new Promise<readonly [string, boolean]>((resolve) => {
      socket.once('message', (data: Buffer, isBinary: boolean) => {
        resolve([data.toString('latin1'), isBinary])
      })
    })

  socket.send('hello')
  expect(await next()).toEqual(['hello', false])
  socket.send(Buffer.from('\u0000\u00ff', 'latin1'))
  expect(await next()).toEqual(['\u0000\u00ff', true])
  socket.close()
})

it('lets nobody else in', async () => {
  await gateway.api('POST', '/users/eve')
  const token = await gateway.token('eve', ['access:servers!user=eve'])

  expect((await fetch(`${base}/`)).status).toBe(403)
  const eve = await fetch(`${base}/`, { headers: { authorization: `token ${token}` } })
  expect(eve.status).toBe(403)
})
