import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import type { ConfigInput } from '../support/hub.ts'
import { BOUND_MS, Open } from '../support/open-exchanges.ts'
import { plainRequest } from '../support/plain-request.ts'
import { RedisServer } from '../support/redis.ts'

/**
 * Who loses a right through one replica loses what is open at the other (design.md §4.3): a WebSocket,
 * an event stream and a download each, and nobody else loses anything.
 */

const ACCESS = 'access:servers!server=ada/'

type Headers = Record<string, string>

let redis: RedisServer
let one: GatewayProcess
let two: GatewayProcess
let control: Open

const openWith = (token: string, path = '/user/ada/'): Promise<Open> =>
  Open.at(`${two.url}${path}`, { authorization: `token ${token}` })

const inspectors = { name: 'inspectors', scopes: ['access:servers!user=ada'], users: ['ivy'] }
const helpers = { name: 'helpers', scopes: ['access:servers!user=ada'], groups: ['staff'] }

function config(roles: ConfigInput['load_roles']): ConfigInput {
  return {
    store: redis.url('/0'),
    store_grace: 5,
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
    },
    ...(roles === undefined ? {} : { load_roles: roles }),
  }
}

beforeAll(async () => {
  redis = await RedisServer.start()
  one = await GatewayProcess.start(config([inspectors, helpers]))
  two = await one.replica()
  await one.startServer('ada')
  await one.api('POST', '/groups/staff', { json: { users: [] } })
  const token = await one.token('ada', [ACCESS])
  await eventually('the other replica has the server', async () => {
    const headers = { authorization: `token ${token}` }
    return (await fetch(`${two.url}/user/ada/`, { headers })).status === 200
  })
  control = await openWith(token)
})

afterAll(async () => {
  control.end()
  await two.kill('SIGKILL')
  await one[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

afterEach(async () => {
  if (control.closed !== undefined) return
  await control.works()
  expect(control.endedStreams).toBe(0)
})

async function member(name: string): Promise<void> {
  await one.api('POST', `/users/${name}`)
  await one.api('POST', '/groups/staff/users', { json: { users: [name] } })
}

interface Revocable {
  open: Open
  revoke: () => Promise<unknown>
}

/** What takes the right to what is open from somebody, at the first replica. */
const LOSSES: [string, () => Promise<Revocable>][] = [
  [
    'whose token is deleted',
    async () => {
      const made = await one.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
        json: { scopes: [ACCESS] },
      })
      return {
        open: await openWith(made.body.token),
        revoke: () => one.api('DELETE', `/users/ada/tokens/${made.body.id}`),
      }
    },
  ],
  [
    'who is removed',
    async () => {
      await member('mayfly')
      return {
        open: await openWith(await one.token('mayfly', [ACCESS])),
        revoke: () => one.api('DELETE', '/users/mayfly'),
      }
    },
  ],
  [
    'who leaves the group that had the role',
    async () => {
      await member('bob')
      return {
        open: await openWith(await one.token('bob', [ACCESS])),
        revoke: () => one.api('DELETE', '/groups/staff/users', { json: { users: ['bob'] } }),
      }
    },
  ],
  [
    'whose role is taken out of the configuration',
    async () => ({
      open: await openWith(await one.token('ivy', [ACCESS])),
      revoke: () => one.configure(config([helpers])),
    }),
  ],
  [
    'who signs out',
    async () => {
      await member('grace')
      const browser = await signIn('grace')
      return {
        open: await Open.at(`${two.url}/user/ada/`, browser.headers),
        revoke: browser.signOut,
      }
    },
  ],
]

it.each(LOSSES)('somebody %s loses what is open, and nobody else', async (_name, prepare) => {
  const { open, revoke } = await prepare()
  await revoke()
  expect(await open.ends()).toEqual([1008, 'access revoked'])
})

it('a token that expires takes along what it opened', async () => {
  const made = await one.api<{ token: string }>('POST', '/users/ada/tokens', {
    json: { scopes: [ACCESS], expires_in: 4 },
  })
  const open = await openWith(made.body.token)
  expect(await open.ends(4_000 + BOUND_MS)).toEqual([1008, 'access revoked'])
})

it('a server that is stopped says good-bye', async () => {
  await one.startServer('cleo')
  const token = await one.token('cleo', ['access:servers!server=cleo/'])
  await eventually('the other replica has it', async () => {
    const headers = { authorization: `token ${token}` }
    return (await fetch(`${two.url}/user/cleo/`, { headers })).status === 200
  })
  const open = await openWith(token, '/user/cleo/')
  await one.api('DELETE', '/users/cleo/server')
  const [code, reason] = (await open.ends()) ?? []
  expect(code).toBe(1012)
  expect(reason).toMatch(/^the server /)
})

describe('without the store', () => {
  const storeIs = (status: number) =>
    eventually(`the store answers ${status}`, async () => {
      return (await two.api('GET', '/users')).status === status
    })

  it('what is open goes on for the grace, and afterwards when the store is back', async () => {
    redis.pause()
    try {
      await storeIs(503)
      await control.works()
    } finally {
      redis.resume()
    }
    await storeIs(200)
    await control.works()
    expect(control.closed).toBeUndefined()
  })

  it('what is open is closed after the grace, to be opened again', async () => {
    const token = await one.token('ada', [ACCESS])
    const open = await openWith(token)
    redis.pause()
    try {
      expect(await open.ends(30_000)).toEqual([1013, 'try again later'])
      await control.ends(BOUND_MS)
    } finally {
      redis.resume()
    }
    await storeIs(200)
    control = await openWith(token)
    await control.works()
  })
})

it('a replica that ends says so, exits 0, and leaves the others alone', async () => {
  control.end()
  const token = await one.token('ada', [ACCESS])
  const headers = { authorization: `token ${token}` }
  const elsewhere = new WebSocket(`${one.url.replace('http', 'ws')}/user/ada/ws`, { headers })
  const here = new WebSocket(`${two.url.replace('http', 'ws')}/user/ada/ws`, { headers })
  const closed = new Promise<[number, string]>((done) => {
    here.on('close', (code, reason) => done([code, reason.toString()]))
  })
  const isOpen = ({ readyState }: WebSocket) => readyState === WebSocket.OPEN
  await eventually('both are open', () => isOpen(elsewhere) && isOpen(here))
  expect(await two.kill('SIGTERM')).toBe(0)
  expect(await closed).toEqual([1012, 'service restart'])
  elsewhere.send('still there')
  const echo = await new Promise<string>((done) => {
    elsewhere.on('message', (data: Buffer) => done(data.toString()))
  })
  expect(echo).toBe('still there')
  elsewhere.terminate()
})

/** Somebody with a browser: signed in, with the cookie of ada's server. */
async function signIn(
  username: string,
): Promise<{ headers: Headers; signOut: () => Promise<unknown> }> {
  const xsrfIn = (html: string): string => /name="_xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const post = (path: string, cookie: string, fields: Record<string, string>) =>
    plainRequest(
      'POST',
      `${one.url}${path}`,
      { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams(fields).toString(),
    )
  const form = await plainRequest('GET', `${one.url}/hub/login`)
  const fields = { username, password: 'open sesame', _xsrf: xsrfIn(form.text) }
  const { cookies } = await post('/hub/login', form.cookies, fields)
  const home = await plainRequest('GET', `${one.url}/hub/home`, { cookie: cookies })
  const sentOn = await plainRequest('GET', `${one.url}/hub/user/ada/`, { cookie: cookies })
  return {
    headers: { cookie: sentOn.cookies, origin: two.url },
    signOut: () => post('/hub/logout', cookies, { _xsrf: xsrfIn(home.text) }),
  }
}
