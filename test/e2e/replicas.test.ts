import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runningRuns, settledRuns } from '../support/chaos.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { plainRequest } from '../support/plain-request.ts'
import { RedisServer } from '../support/redis.ts'

/** Two equal replicas on one Redis: whatever one does, the other knows at once. */

const UPSTREAM = resolve('test/support/upstream-app.ts')
/** Listens late, so that a start can be caught in the middle. */
const LATE = `setTimeout(() => import(process.argv.at(-1)), 1500)`

let redis: RedisServer
let one: GatewayProcess
let two: GatewayProcess

beforeAll(async () => {
  redis = await RedisServer.start()
  one = await GatewayProcess.start({ store: redis.url('/0'), ...spawner([UPSTREAM]) })
  two = await one.replica()
  await one.api('POST', '/users', { json: { usernames: ['ada', 'grace', 'edsger'] } })
})

afterAll(async () => {
  await two.kill('SIGKILL')
  await one[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

function spawner(script: string[]) {
  return {
    spawner: {
      kind: 'process' as const,
      cmd: [process.execPath, ...script, '{port}', '{base_url}'],
      poll_interval: 1,
    },
  }
}

const BOUND_MS = 1000

it('a server started through one is routed by both, and stopped through the other', async () => {
  await one.startServer('ada')
  const token = await two.token('ada', ['access:servers!server=ada/'])
  const visit = async (replica: GatewayProcess) =>
    (await fetch(`${replica.url}/user/ada/`, { headers: { authorization: `token ${token}` } }))
      .status
  expect(await visit(one)).toBe(200)
  await eventually('the other routes it', async () => (await visit(two)) === 200, BOUND_MS)
  expect((await two.api('DELETE', '/users/ada/server')).status).toBe(204)
  await eventually('it is gone at the first', async () => (await visit(one)) === 424, BOUND_MS)
  expect(runningRuns(one)).toEqual([])
})

it('two replicas asked to start the same server start one', async () => {
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(
      [one, two, one, two].map((replica) => replica.api('POST', '/users/ada/server')),
    )
    expect(answers.every(({ status }) => [201, 202, 400].includes(status))).toBe(true)
    const runs = await settledRuns(one)
    expect(runs).toHaveLength(1)
    expect(runningRuns(one)).toEqual(runs)
    expect((await two.api('DELETE', '/users/ada/server')).status).toBe(204)
  }
})

it.each([
  [
    'a deleted token',
    async () => {
      const made = await one.api<{ id: string; token: string }>('POST', '/users/grace/tokens')
      return {
        token: made.body.token,
        revoke: () => one.api('DELETE', `/users/grace/tokens/${made.body.id}`),
      }
    },
  ],
  [
    'a deleted user',
    async () => {
      await one.api('POST', '/users/mayfly')
      const token = await one.token('mayfly')
      return { token, revoke: () => one.api('DELETE', '/users/mayfly') }
    },
  ],
])('%s is refused by the other replica within a second', async (_name, prepare) => {
  for (let round = 0; round < 5; round++) {
    const { token, revoke } = await prepare()
    expect((await two.api('GET', '/user', { token })).status).toBe(200)
    expect((await revoke()).status).toBe(204)
    const refused = async () => (await two.api('GET', '/user', { token })).status === 403
    await eventually('the other replica refuses it', refused, BOUND_MS)
    expect((await one.api('GET', '/user', { token })).status).toBe(403)
  }
})

it('a lost membership takes its scopes at the other replica within a second', async () => {
  await one.configure({
    store: redis.url('/0'),
    ...spawner([UPSTREAM]),
    load_roles: [{ name: 'lister', scopes: ['list:users'], groups: ['staff'] }],
  })
  await one.api('POST', '/groups/staff', { json: { users: ['edsger'] } })
  const token = await one.token('edsger')
  const lists = async (replica: GatewayProcess) =>
    (await replica.api('GET', '/users', { token })).status
  await eventually('the role counts', async () => (await lists(two)) === 200)
  await one.api('DELETE', '/groups/staff/users', { json: { users: ['edsger'] } })
  await eventually('it no longer does', async () => (await lists(two)) === 403, BOUND_MS)
  expect(await lists(one)).toBe(403)
})

it('logging out of one ends the session at the other', async () => {
  const xsrfIn = (html: string): string => /name="_xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const form = await plainRequest('GET', `${one.url}/hub/login`)
  const post = (url: string, cookie: string, fields: Record<string, string>) =>
    plainRequest(
      'POST',
      url,
      { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams(fields).toString(),
    )
  const fields = { username: 'grace', password: 'open sesame', _xsrf: xsrfIn(form.text) }
  const { cookies } = await post(`${one.url}/hub/login`, form.cookies, fields)
  const home = await plainRequest('GET', `${two.url}/hub/home`, { cookie: cookies })
  expect(home.status).toBe(200)
  await post(`${one.url}/hub/logout`, cookies, { _xsrf: xsrfIn(home.text) })
  const left = async () =>
    (await plainRequest('GET', `${two.url}/hub/home`, { cookie: cookies })).status === 302
  await eventually('the other replica asks to sign in', left, BOUND_MS)
  expect(await left()).toBe(true)
})

it('a start is watched from the other replica, and taken over when the first one dies', async () => {
  await one.configure({ store: redis.url('/0'), ...spawner(['-e', LATE, '--', UPSTREAM]) })
  await eventually('both have the new command', () =>
    [one, two].every(({ stderr }) => stderr.includes('configuration reloaded')),
  )
  one.api('POST', '/users/ada/server').catch(() => undefined)
  await eventually('it starts', async () => {
    const { body } = await two.api<{ pending: string }>('GET', '/users/ada/server')
    return body.pending === 'spawn' && runningRuns(one).length > 0
  })
  const progress = two.api('GET', '/users/ada/server/progress')
  await one.kill('SIGKILL')
  const { text } = await progress
  expect(text).toMatch(/"progress":0,.*Server requested/)
  expect(text).toContain('"ready":true')
  const runs = await settledRuns(two)
  expect(runs).toHaveLength(1)
  expect(runningRuns(two)).toEqual(runs)
  await one.run()
  expect((await one.api('DELETE', '/users/ada/server')).status).toBe(204)
})

it('replicas share one port, and requests are answered all through a rolling restart', async () => {
  await two.kill('SIGTERM')
  await one.kill('SIGTERM')
  await one.configure({
    store: redis.url('/0'),
    ...spawner([UPSTREAM]),
    listen: { reuse_port: true },
  })
  await one.run()
  const sibling = await one.replicaWith(['--port', String(one.port)])
  try {
    const statuses: number[] = []
    // Linux resets what waits in the queue of a listener that closes: docs/operating.md.
    let resets = 0
    let rolling = true
    const request = async () =>
      statuses.push((await plainRequest('GET', `${one.url}/hub/api`)).status)
    const load = async () => {
      while (rolling) {
        await request().catch(() => {
          resets += 1
        })
      }
    }
    const loads = [load(), load()]
    for (const replica of [one, sibling, one]) {
      expect(await replica.kill('SIGTERM')).toBe(0)
      await replica.run()
    }
    rolling = false
    await Promise.all(loads)
    expect(statuses.length).toBeGreaterThan(50)
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect(resets).toBeLessThan(statuses.length / 50)
  } finally {
    await sibling.kill('SIGKILL')
  }
})
