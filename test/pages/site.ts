import { Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { dummyAuthenticator } from '../../src/auth/authenticators/dummy.ts'
import { HubgateError } from '../../src/base/errors.ts'
import { Activity } from '../../src/hub/activity/activity.ts'
import type { UserRecord } from '../../src/model/user.ts'
import { buildPages } from '../../src/pages/app.ts'
import type { ConfigInput, TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'
import { pagesApi } from '../support/pages-api.ts'
import { makeUser } from '../support/people.ts'

export const PASSWORD = 'correct horse'
export const ORIGIN = 'http://localhost'

type Headers = Record<string, string>

interface Cookie {
  name: string
  value: string
  path: string
}

/** A browser as far as these pages see one: it keeps cookies by path and sends forms. It follows nothing. */
export class Browser {
  readonly cookies = new Map<string, Cookie>()
  readonly #app: Hono
  readonly #address: string

  constructor(app: Hono, address = '192.0.2.1') {
    this.#app = app
    this.#address = address
  }

  get(path: string, headers: Headers = {}): Promise<Response> {
    return this.send('GET', path, headers)
  }

  /** Sends a form as a page of ours does. */
  post(path: string, fields: Headers, headers: Headers = {}): Promise<Response> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URLSearchParams(fields).toString()
    return this.send('POST', path, { ...type, origin: ORIGIN, ...headers }, body)
  }

  async send(
    method: string,
    path: string,
    headers: Headers = {},
    body?: string,
  ): Promise<Response> {
    const cookie = [...this.cookies.values()]
      .filter((one) => path.startsWith(one.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const sent = { ...(cookie === '' ? {} : { cookie }), ...headers }
    const response = await this.#app.request(
      `${ORIGIN}${path}`,
      { method, headers: sent, ...(body === undefined ? {} : { body }) },
      { incoming: { socket: { remoteAddress: this.#address } } },
    )
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const path = /; Path=([^;]+)/.exec(line)?.[1] ?? '/'
    const key = `${name} ${path}`
    if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(key)
    else this.cookies.set(key, { name, value, path })
  }

  /** The value of a form's hidden field on a page. */
  async hidden(path: string, name: string): Promise<string> {
    const html = await (await this.get(path)).text()
    return new RegExp(`type="hidden" name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
  }

  /** @returns the answer to the login form */
  async signIn(username: string, fields: Headers = {}): Promise<Response> {
    const xsrf = await this.hidden('/hub/login', '_xsrf')
    return this.post('/hub/login', { username, password: PASSWORD, _xsrf: xsrf, ...fields })
  }

  /** The session's XSRF value, as its pages have it. */
  xsrf(): Promise<string> {
    return this.hidden('/hub/logout', '_xsrf')
  }
}

export interface Site {
  hub: TestHub
  activity: Activity
  app: Hono
  ada: UserRecord
  browser: (address?: string) => Browser
  /** A new browser in which somebody is signed in. */
  signedIn: (name: string) => Promise<Browser>
}

/** The pages on a real hub, mounted as the edge mounts them, with errors as plain JSON. */
export async function openSite(config: ConfigInput = {}): Promise<Site> {
  const hub = await openTestHub({ config: { allow_all: true, ...config } })
  const activity = new Activity(hub, { flushMs: 3_600_000 })
  onTestFinished(() => activity.close())
  const pages = buildPages({
    hub,
    activity,
    authenticator: () => dummyAuthenticator(PASSWORD),
    api: pagesApi(hub, activity),
  })
  const app = new Hono()
  app.route(`${hub.snapshot().config.base_url}hub`, pages)
  app.onError((error, c) => {
    if (!(error instanceof HubgateError)) throw error
    return c.json({ code: error.code, message: error.publicMessage }, error.status)
  })
  const ada = await makeUser(hub, 'ada')
  const browser = (address?: string): Browser => new Browser(app, address)
  return {
    hub,
    activity,
    app,
    ada,
    browser,
    signedIn: async (name) => {
      const one = browser()
      await one.signIn(name)
      return one
    },
  }
}
