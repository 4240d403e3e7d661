import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'

/** A service made over the API is reached through every replica, until it is deleted. */

let stack: AsyncDisposableStack
let one: GatewayProcess
let two: GatewayProcess
let url: string

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  one = stack.use(await GatewayProcess.start())
  two = stack.use(await one.replica())
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/events') === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    } else response.end(`reached at ${request.url}`)
  })
  new WebSocketServer({ server })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  stack.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => stack.disposeAsync())

const status = async (gateway: GatewayProcess) =>
  (await fetch(`${gateway.url}/services/made/`)).status

it('is routed at once, everywhere, and gone with what is open', async () => {
  expect([await status(one), await status(two)]).toEqual([404, 404])

  const made = await one.api('POST', '/services/made', { json: { url } })
  expect(made.status).toBe(201)
  expect(await (await fetch(`${one.url}/services/made/page?x=1`)).text()).toBe(
    'reached at /services/made/page?x=1',
  )
  await eventually('the other replica routes it', async () => (await status(two)) === 200, 2000)
  const routes = await two.api('GET', '/proxy')
  expect(routes.body).toMatchObject({
    '/services/made/': { target: url, data: { service: 'made' } },
  })

  const sockets = [one, two].map(
    (gateway) => new WebSocket(`${gateway.url.replace('http', 'ws')}/services/made/socket`),
  )
  await Promise.all(sockets.map((socket) => new Promise((open) => socket.once('open', open))))
  const closed = sockets.map(
    (socket) => new Promise<number>((resolve) => socket.once('close', resolve)),
  )
  const events = await fetch(`${two.url}/services/made/events`)
  const cut = events.text().catch(() => 'cut off')

  expect((await two.api('DELETE', '/services/made')).status).toBe(200)

  expect(await Promise.all(closed)).toEqual([1012, 1012])
  expect(await cut).toBe('cut off')
  await eventually('nobody routes it', async () => {
    return (await status(one)) === 404 && (await status(two)) === 404
  })
})

it('cannot be run by the gateway', async () => {
  const answer = await one.api('POST', '/services/run', { json: { command: ['sleep', '1'] } })

  expect(answer.status).toBe(400)
  expect(answer.text).toContain('Can not create managed service run at runtime')
})
