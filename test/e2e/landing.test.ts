import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GatewayProcess } from '../support/gateway-process.ts'
import { plainRequest } from '../support/plain-request.ts'

/** Where a request ends up that is not simply forwarded, below a base URL of its own. */

let gateway: GatewayProcess
let headers: Record<string, string>

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    base_url: '/jupyter/',
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
      default_url: '/tree',
    },
  })
  await gateway.startServer('ada')
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  headers = { authorization: `token ${token}`, accept: 'text/html' }
})

afterAll(() => gateway[Symbol.asyncDispose]())

const get = (path: string, more: Record<string, string> = {}) =>
  plainRequest('GET', `${gateway.url}${path}`, more)

it.each([
  ['/jupyter', 301, '/jupyter/'],
  ['/jupyter/', 302, '/jupyter/hub/'],
  ['/jupyter/hub', 301, '/jupyter/hub/'],
  ['/jupyter/user/ada?x=1', 301, '/jupyter/user/ada/?x=1'],
  ['/jupyter/anything?x=1', 302, '/jupyter/hub/anything?x=1'],
])('%s → %i %s', async (path, status, location) => {
  const answer = await get(path)
  expect([answer.status, answer.headers.location]).toEqual([status, location])
})

it('is told 404 outside of the base URL', async () => {
  expect((await get('/hub/api')).status).toBe(404)
  expect((await get('/user/ada/')).status).toBe(404)
})

it('sends a browser that opens a server to its default page', async () => {
  const answer = await get('/jupyter/user/ada/?x=1', headers)
  expect([answer.status, answer.headers.location]).toEqual([302, '/jupyter/user/ada/tree?x=1'])
  expect((await get('/jupyter/user/ada/tree', headers)).status).toBe(200)
})

it('passes an API client through as it is', async () => {
  const answer = await get('/jupyter/user/ada/', { ...headers, accept: '*/*' })
  expect(answer.status).toBe(200)
})

it('sends a browser without a cookie to the hub, an API client gets 403', async () => {
  const browser = await get('/jupyter/user/ada/lab?x=1', { accept: 'text/html' })
  expect([browser.status, browser.headers.location]).toEqual([302, '/jupyter/hub/user/ada/lab?x=1'])
  expect((await get('/jupyter/user/ada/lab', { accept: 'application/json' })).status).toBe(403)
  expect((await get('/jupyter/user/nobody/lab', { accept: 'application/json' })).status).toBe(403)
})

it('adds the slash behind a named server', async () => {
  await gateway.startServer('ada', 'gpu')
  const both = await gateway.token('ada', ['access:servers!user=ada'])
  const answer = await get('/jupyter/user/ada/gpu?x=1', { authorization: `token ${both}` })
  expect([answer.status, answer.headers.location]).toEqual([302, '/jupyter/user/ada/gpu/?x=1'])
})
