import { Hono } from 'hono'
import { dummyAuthenticator } from '../../src/auth/authenticators/dummy.ts'
import { LoginLimit } from '../../src/auth/login-limit.ts'
import { HubgateError } from '../../src/base/errors.ts'
import { sha256Url } from '../../src/base/hash.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import type { UserRecord } from '../../src/model/user.ts'
import { buildOAuth } from '../../src/oauth/app.ts'
import { buildPages } from '../../src/pages/app.ts'
import type { Answer, Rig } from '../api/harness.ts'
import { ADA, GRACE, OPS, openRig } from '../api/harness.ts'
import { Browser, ORIGIN, PASSWORD } from '../pages/site.ts'
import type { ConfigInput } from '../support/hub.ts'
import { pagesApi } from '../support/pages-api.ts'
import { makeUser, putServer } from '../support/people.ts'

export const AUTHORIZE = '/hub/api/oauth2/authorize'
export const TOKEN = '/hub/api/oauth2/token'

/** A verifier and its challenges. */
export const VERIFIER = 'a-verifier-of-43-characters-0123456789-abcde'
export const S256 = { code_challenge: sha256Url(VERIFIER), code_challenge_method: 'S256' }

/** A client as its developers know it. */
export interface Registered {
  client_id: string
  client_secret: string
  redirect_uri: string
}

/** A service that asks for consent. */
export const PORTAL: Registered = {
  client_id: 'service-portal',
  client_secret: 'portal-secret-of-the-config-map',
  redirect_uri: 'https://portal.example/callback?from=hub',
}

/** A service that the operator vouches for, behind the gateway. */
export const QUICK: Registered = {
  client_id: 'service-quick',
  client_secret: 'quick-secret-of-the-config-map',
  redirect_uri: '/services/quick/oauth_callback',
}

/** ada's default server while it runs. */
export const LAB: Registered = {
  client_id: 'jupyterhub-user-ada',
  client_secret: 'hgh_secret-of-the-server-of-ada',
  redirect_uri: '/user/ada/oauth_callback',
}

const CONFIG: ConfigInput = {
  allow_all: true,
  api_tokens: { [OPS]: 'ops', [ADA]: 'ada', [GRACE]: 'grace' },
  admin_users: ['ops'],
  load_groups: { crew: { users: ['ada', 'grace'] } },
  load_roles: [
    { name: 'visitors', scopes: ['access:services'], groups: ['crew'] },
    { name: 'watchers', scopes: ['list:users!group=crew'], users: ['ada'] },
  ],
  services: [
    {
      name: 'portal',
      api_token: PORTAL.client_secret,
      oauth_redirect_uri: PORTAL.redirect_uri,
      oauth_client_allowed_scopes: ['servers!user', 'read:users!user', 'list:users'],
    },
    {
      name: 'quick',
      api_token: QUICK.client_secret,
      url: 'http://127.0.0.1:9',
      oauth_no_confirm: true,
    },
    { name: 'agent', api_token: 'agent-secret-of-the-config-map' },
    { name: 'mute', url: 'http://127.0.0.1:9' },
  ],
}

export type Params = Readonly<Record<string, string>>

export interface World extends Rig {
  app: Hono
  ada: UserRecord
  /** Puts a server into the store that signs its visitors in itself. */
  runServer: (user: UserRecord, name: string, secret: string) => Promise<ServerRecord>
  browser: () => Browser
  signedIn: (name: string) => Promise<Browser>
  /** What the client gets for what it sends; `authorization` is its header. */
  exchange: (fields: Params | string, headers?: Params) => Promise<Answer>
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

/** The provider beside the pages and the API, on a real hub where ada's server runs. */
export async function openWorld(config: ConfigInput = {}): Promise<World> {
  const rig = await openRig({ config: { ...CONFIG, ...config } })
  const { activity, hub } = rig
  const limit = new LoginLimit(hub.clock)
  const authenticator = () => dummyAuthenticator(PASSWORD)
  const deps = { hub, activity, limit, authenticator, api: pagesApi(hub, activity) }
  const app = new Hono()
  app.route('/', buildOAuth(deps, hub.snapshot().config.base_url))
  app.route('/hub', buildPages(deps))
  app.onError((error, c) => {
    if (!(error instanceof HubgateError)) throw error
    return c.json({ code: error.code, message: error.publicMessage }, error.status)
  })
  const runServer: World['runServer'] = (user, name, secret) =>
    putServer(hub, user, name, {
      ...{ auth: 'oauth', secret, runId: `run-${secret}` },
      ...{ wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' },
    })
  const known = await hub.store.get<UserRecord>(['user', 'ada'])
  const ada = known?.value ?? (await makeUser(hub, 'ada'))
  await runServer(ada, '', LAB.client_secret)
  const browser = (): Browser => new Browser(app)
  return {
    ...rig,
    app,
    ada,
    runServer,
    browser,
    signedIn: async (name) => {
      const one = browser()
      await one.signIn(name)
      return one
    },
    exchange: async (fields, headers = {}) => {
      const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const init = { method: 'POST', headers: { ...type, ...headers }, body }
      return answerOf(await app.request(`${ORIGIN}${TOKEN}`, init))
    },
  }
}

/** The address of an authorization request; a parameter of `undefined` is left out. */
export function authorizePath(
  { client_id, redirect_uri }: Registered,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const all: Readonly<Record<string, string | undefined>> = {
    ...{ client_id, redirect_uri, response_type: 'code', state: 'a state' },
    ...more,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value)
  return `${AUTHORIZE}?${query.toString()}`
}

/** The parameters that an answer sends back to the client. */
export function sentBack(response: Response): Record<string, string> {
  const location = response.headers.get('location') ?? ''
  return Object.fromEntries(new URL(location, ORIGIN).searchParams)
}

/** The raw scopes that a consent page would send. */
export function shownScopes(page: string): string[] {
  return [...page.matchAll(/name="scopes" value="([^"]*)"/g)].map(([, scope = '']) => scope)
}

/** Goes through an authorization as a person who agrees to everything does. */
export async function codeFor(
  browser: Browser,
  client: Registered,
  more: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const path = authorizePath(client, more)
  const first = await browser.get(path)
  if (first.status === 302) return sentBack(first)['code'] ?? ''
  return sentBack(await agree(browser, path, shownScopes(await first.text())))['code'] ?? ''
}

/** Sends the consent form. */
export async function agree(
  browser: Browser,
  path: string,
  scopes: readonly string[],
  more: Params = {},
): Promise<Response> {
  const form = new URLSearchParams({ _xsrf: await browser.xsrf(), ...more })
  for (const scope of scopes) form.append('scopes', scope)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN }
  return browser.send('POST', path, headers, form.toString())
}

/** The form that a client exchanges its code with. */
export function exchangeForm(client: Registered, code: string, more: Params = {}): Params {
  return { grant_type: 'authorization_code', code, ...client, ...more }
}

/** A token that somebody gave a client. */
export async function tokenFor(
  world: World,
  browser: Browser,
  client: Registered,
): Promise<string> {
  const { body } = await world.exchange(exchangeForm(client, await codeFor(browser, client)))
  return body.access_token
}
