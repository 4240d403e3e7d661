import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HttpBrowser } from '../../test/support/http-browser.ts'
import { startGateway } from '../gateway.ts'
import { familyOf } from './processes.ts'
import { forEach } from './proxies.ts'
import { seedServers } from './seed-servers.ts'
import type { Place, Subject, SubjectKey, Target } from './subject.ts'
import { WORKERS } from './subject.ts'

const ADMIN = 'root'

/** A gateway that runs, and an admin's token for its API. */
export interface Hubgate {
  port: number
  url: string
  admin: string
  pids(): Promise<readonly number[]>
}

/**
 * @param more of its configuration
 * @param workers processes that serve; with more than one there is one that deals out connections
 */
export async function startHubgate(
  { dir, routes, backend, cleanup, signal }: Place,
  more: object = {},
  workers = 1,
): Promise<Hubgate> {
  const home = join(dir, 'hubgate')
  await mkdir(home)
  const url = `sqlite:${join(home, 'hubgate.sqlite')}`
  await seedServers(url, home, routes, backend)
  const admin = randomBytes(16).toString('hex')
  const config = {
    listen: { port: 0, drain_delay: 0, workers },
    store: url,
    admin_users: [ADMIN],
    allow_all: true,
    authenticator: { kind: 'dummy', password: 'open sesame' },
    api_tokens: { [admin]: ADMIN },
    // Looking after the servers is a hub's work, which CHP and nginx do not have.
    spawner: { kind: 'process', poll_interval: 3_600 },
    // One visitor has more WebSockets to one server here than people have.
    limits: { websockets_per_user: 10_000, websockets_per_server: 10_000 },
    ...more,
  }
  // Each JSON document is a YAML document.
  await writeFile(join(home, 'hubgate.yaml'), JSON.stringify(config))
  // For whoever wants to know why a figure is what it is: '--cpu-prof --cpu-prof-dir=/tmp'.
  const options = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean)
  const gateway = await startGateway(home, signal, options)
  const { pid } = cleanup.use(gateway.running)
  const port = Number(new URL(gateway.url).port)
  return { port, url: new URL(gateway.url).origin, admin, pids: () => familyOf(pid) }
}

/** @returns a token of the user's that the gateway made */
export async function makeToken(
  { url, admin }: Pick<Hubgate, 'url' | 'admin'>,
  user: string,
  scopes: readonly string[] | undefined,
): Promise<string> {
  const answer = await fetch(`${url}/hub/api/users/${user}/tokens`, {
    method: 'POST',
    headers: { authorization: `token ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(scopes === undefined ? {} : { scopes }),
  })
  const { token } = (await answer.json()) as { token?: string }
  if (token === undefined) throw new Error(`hubgate made no token: ${answer.status}`)
  return token
}

/** hubgate, asked with a notebook token for each server. */
export async function startWithTokens(place: Place, key: SubjectKey): Promise<Subject> {
  const hubgate = await startHubgate(place, {}, WORKERS[key])
  const { port, pids } = hubgate
  const targets: Target[] = []
  await forEach(place.routes.entries(), 16, async ([n, { user, secret }]) => {
    const token = await makeToken(hubgate, user, [`access:servers!server=${user}/`])
    targets[n] = {
      prefix: `/user/${user}/`,
      credential: `Authorization: token ${token}\r\n`,
      visitorSecret: token,
      serverSecret: secret,
    }
  })
  return { key, port, guards: true, targets, pids }
}

/** hubgate, asked with the cookie that a browser gets for one server after signing in. */
export async function startWithCookie(place: Place, key: SubjectKey): Promise<Subject> {
  const { port, url, pids } = await startHubgate(place, {}, WORKERS[key])
  const [route] = place.routes
  if (route === undefined) throw new Error('there is no route')
  const prefix = `/user/${route.user}/`
  const browser = new HttpBrowser()
  await browser.signIn(url, route.user)
  const { status } = await browser.get(url, `${prefix}api/small`)
  const cookie = browser.cookiesFor(prefix)
  const visitorSecret = /(?:^|; )[^=]*server[^=]*=([^;]+)/.exec(cookie)?.[1] ?? ''
  if (status !== 200 || visitorSecret === '') throw new Error(`no cookie: ${status} ${cookie}`)
  const credential = `Cookie: ${cookie}\r\n`
  const target = { prefix, credential, visitorSecret, serverSecret: route.secret }
  return { key, port, guards: true, targets: [target], pids }
}
