import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { samplesOf } from '../metrics/exposition.ts'
import { ADMIN_TOKEN, eventually, GatewayProcess } from '../support/gateway-process.ts'
import { plainRequest } from '../support/plain-request.ts'

/** What Prometheus scrapes from a real gateway below a base URL. */

const CONFIG = {
  base_url: '/lab/',
  spawner: {
    kind: 'process' as const,
    cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
  },
}

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start(CONFIG)
})

afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

const get = (path: string, headers: Record<string, string> = {}) =>
  plainRequest('GET', `${gateway.url}/lab${path}`, headers)

const AUTHORIZED = { authorization: `token ${ADMIN_TOKEN}` }

async function scrape(): Promise<Map<string, number>> {
  const { status, text } = await get('/hub/metrics', AUTHORIZED)
  expect(status).toBe(200)
  return samplesOf(text)
}

const requests = (samples: Map<string, number>): string[] =>
  [...samples.keys()].filter((name) => name.startsWith('jupyterhub_request_duration_seconds_count'))

const counted = (method: string, handler: string, code: number): string =>
  `jupyterhub_request_duration_seconds_count{method="${method}",handler="${handler}",code="${code}"}`

it('counts requests by the template of their route, never by what somebody asked for', async () => {
  await gateway.api('POST', '/users/ada')
  await gateway.api('GET', '/users/ada')
  await gateway.api('GET', '/users/nobody-in-particular')
  await gateway.api('GET', '/no/such/path-0123456789')
  await get('/hub/login')
  await get('/hub/spawn/ada', { 'sec-fetch-dest': 'image' })
  await get('/hub/no-such-page-0123456789')
  const samples = await scrape()
  expect(requests(samples)).toEqual(
    expect.arrayContaining([
      counted('POST', '/hub/api/users/{name}', 201),
      counted('GET', '/hub/api/users/{name}', 200),
      counted('GET', '/hub/api/users/{name}', 404),
      counted('GET', '/hub/api/*', 404),
      counted('GET', '/hub/login', 200),
      counted('GET', '/hub/spawn/{user}', 403),
      counted('GET', '/hub/*', 404),
    ]),
  )
  expect(requests(samples).join()).not.toMatch(/ada|nobody|0123456789|lab/)
})

it('counts servers and users, and no request that is forwarded to a server', async () => {
  await gateway.startServer('ada')
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  const before = await scrape()
  const visit = () => get('/user/ada/', { authorization: `token ${token}` })
  for (let i = 0; i < 5; i++) expect((await visit()).status).toBe(200)
  const after = await scrape()
  expect(after.get('jupyterhub_running_servers')).toBe(1)
  expect(after.get('jupyterhub_total_users')).toBe(2)
  const started = 'jupyterhub_server_spawn_duration_seconds_count{status="success",reason=""}'
  expect(after.get(started)).toBe(1)
  expect(after.get('jupyterhub_hub_startup_duration_seconds_count')).toBe(1)
  expect(after.get('jupyterhub_event_loop_interval_seconds_count')).toBeGreaterThan(0)
  const own = counted('GET', '/hub/metrics', 200)
  const grown = requests(after).filter((name) => after.get(name) !== before.get(name))
  expect(grown).toEqual([own])
  expect([...after.keys()].join()).not.toContain('ada')
  await gateway.api('DELETE', '/users/ada/server')
  expect((await scrape()).get('jupyterhub_running_servers')).toBe(0)
})

it('counts who was active in the background', async () => {
  await scrape()
  const active = 'jupyterhub_active_users{period="24h"}'
  expect(await eventually('they are counted', async () => (await scrape()).has(active))).toBe(true)
})

it.each(['/hub/metrics', '/hub/api/metrics'])('%s is for those who may read it', async (path) => {
  expect((await get(path, AUTHORIZED)).status).toBe(200)
  expect((await get(path)).status).toBe(403)
  const token = await gateway.token('ada')
  expect((await get(path, { authorization: `token ${token}` })).status).toBe(403)
  const posted = await plainRequest('POST', `${gateway.url}/lab${path}`, AUTHORIZED)
  expect(posted.status).toBe(405)
})

it('answers an error as a page to browsers, and as JSON to others and below the API', async () => {
  const html = { accept: 'text/html,*/*' }
  expect((await get('/hub/metrics', html)).text).toContain('<!doctype html>')
  for (const answer of [await get('/hub/metrics'), await get('/hub/api/metrics', html)]) {
    expect(JSON.parse(answer.text)).toEqual({
      status: 403,
      message: 'Missing or invalid credentials.',
    })
  }
})

it('shows them to anybody as soon as that is configured', async () => {
  await gateway.configure({ ...CONFIG, authenticate_prometheus: false })
  const open = async () => (await get('/hub/metrics')).status === 200
  expect(await eventually('they are open', open)).toBe(true)
  expect((await get('/hub/api/metrics')).status).toBe(200)
})
