import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { Api } from '../../src/api/app.ts'
import type { ApiDeps, RouteInfo } from '../../src/api/deps.ts'
import { HubgateError } from '../../src/base/errors.ts'
import { errorRenderer } from '../../src/edge/error-response.ts'
import { Activity } from '../../src/hub/activity/activity.ts'
import { openSession } from '../../src/hub/identity/sessions.ts'
import { provision } from '../../src/hub/provision.ts'
import { Reconciler } from '../../src/hub/servers/reconciler.ts'
import { issueToken } from '../../src/hub/tokens/tokens.ts'
import { findUser } from '../../src/hub/users/users.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { PollResult, Spawner, SpawnRequest } from '../../src/spawn/port.ts'
import type { ConfigInput, TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'
import { validateAnswer } from './openapi-validator.ts'

/** Tokens of the config map that every test hub has. */
export const OPS = 'ops-token-of-the-config-map'
export const ADA = 'ada-token-of-the-config-map'
export const GRACE = 'grace-token-of-the-config-map'
export const SERVICE = 'service-token-of-the-config-map'

const CONFIG: ConfigInput = {
  admin_users: ['ops'],
  api_tokens: { [OPS]: 'ops', [ADA]: 'ada', [GRACE]: 'grace' },
  services: [{ name: 'announce', api_token: SERVICE, info: { about: 'news' } }],
}

export interface Rig {
  hub: TestHub
  activity: Activity
  /** The routing table that `GET /proxy` shows. */
  routes: RouteInfo[]
  /** A request by somebody: a token, or headers. The body is sent as JSON, a string as it is. */
  call: (
    method: string,
    path: string,
    who?: string | Record<string, string> | null,
    body?: unknown,
  ) => Promise<Answer>
  /** The same without reading the answer. `peer` is the address that the request comes from. */
  fetch: (path: string, init?: RequestInit, peer?: string) => Promise<Response>
  /** A hub or notebook token of a user with exactly these scopes. */
  tokenOf: (user: string, scopes: readonly string[]) => Promise<string>
  /** The headers of a browser where a user is signed in. */
  browserOf: (user: string) => Promise<{ headers: Record<string, string>; xsrf: string }>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body, parsed; undefined when it is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  body: any
}

export interface RigOptions {
  config?: ConfigInput
  streams?: ApiDeps['streams']
  /** What the routing table's resync does; nothing when left out. */
  resync?: ApiDeps['resync']
  /** What the metrics are; one line when left out. */
  metrics?: ApiDeps['metrics']
}

/** The API on a real hub, mounted as the edge does it. Every answer is held against the OpenAPI document. */
export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const hub = await openTestHub({ config: { ...CONFIG, ...options.config } })
  await provision(hub)
  const activity = new Activity(hub)
  onTestFinished(() => activity.close())
  const routes: RouteInfo[] = []
  const deps: ApiDeps = {
    hub,
    activity,
    routes: () => routes,
    resync: options.resync ?? (() => Promise.resolve()),
    metrics:
      options.metrics ?? (() => Promise.resolve({ type: 'text/plain', text: 'total_users 3\n' })),
    renderError: errorRenderer({ log: hub.log, baseUrl: () => hub.snapshot().config.base_url }),
    gatewayUrl: () => 'http://hub.test',
    version: '0.1.0',
    spawnerInfo: { kind: 'process', version: '0.1.0' },
    authenticatorInfo: { kind: 'dummy', version: '0.1.0' },
    ...(options.streams === undefined ? {} : { streams: options.streams }),
  }
  const api = new Api(deps, '/hub/api')
  const fetch: Rig['fetch'] = async (path, init, peer) => {
    const request = new Request(`http://hub.test/hub/api${path}`, init)
    return api.fetch(Object.defineProperty(request, 'peer', { value: peer }))
  }
  return {
    hub,
    activity,
    routes,
    fetch,
    call: async (method, path, who = OPS, body) => {
      const given = typeof who === 'string' ? { authorization: `token ${who}` } : (who ?? {})
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const init = { method, headers: given, ...(text === undefined ? {} : { body: text }) }
      const answer = await readAnswer(await fetch(path, init))
      await validateAnswer(fetch, method, path, answer)
      return answer
    },
    tokenOf: async (name, scopes) => {
      const user = await findUser(hub, name)
      if (user === undefined) throw new Error(`no user ${name}`)
      const owner = { kind: 'user', name, id: user.id } as const
      return (await issueToken(hub, { owner, scopes, note: '', expiresAt: null })).token
    },
    browserOf: async (name) => {
      const user = await findUser(hub, name)
      if (user === undefined) throw new Error(`no user ${name}`)
      const { secret, session } = await openSession(hub, user)
      return { headers: { cookie: `hubgate-login=${secret}` }, xsrf: session.xsrf }
    },
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body }
}

/** Expects JupyterHub's form of an error. */
export function expectError(answer: Answer, status: number, message: string | RegExp | null): void {
  expect(answer.body).toMatchObject({
    status,
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  })
  expect(answer.status).toBe(status)
}

/** How the servers of a {@link FakeSpawner} fare. */
export type Fate = 'ready' | 'never' | 'fails' | 'bad-options'

/**
 * A spawner whose servers are small HTTP servers in this process: only what the spawner port hides
 * is made up, everything above is real.
 */
export class FakeSpawner implements Spawner {
  readonly kind = 'fake'
  readonly version = '1'
  fate: Fate = 'ready'
  /** Stops do not come back until this is resolved. */
  stopGate: Promise<void> = Promise.resolve()
  readonly #running = new Map<string, Server>()

  prepare(request: SpawnRequest): Promise<JsonObject> {
    if (this.fate === 'bad-options') {
      return Promise.reject(
        new HubgateError('bad_request', 'Invalid user options', { detail: { reason: 'options' } }),
      )
    }
    return Promise.resolve({ run: request.runId })
  }

  async start(
    state: JsonObject,
    _request: SpawnRequest,
    { signal }: { signal: AbortSignal },
  ): Promise<{ url: string }> {
    if (this.fate === 'fails') {
      throw new HubgateError('spawn_failed', 'The server exited with status 7.', {
        detail: { reason: 'exited' },
      })
    }
    if (this.fate === 'never') {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }
    const server = createServer((_, response) => response.end('ok'))
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    this.#running.set(String(state['run']), server)
    return { url: this.urlOf(state) }
  }

  urlOf(state: JsonObject): string {
    const address = this.#running.get(String(state['run']))?.address() as AddressInfo | undefined
    return `http://127.0.0.1:${address?.port ?? 1}`
  }

  poll(state: JsonObject): Promise<PollResult> {
    const running = this.#running.has(String(state['run']))
    return Promise.resolve(running ? { running } : { running, exitCode: null, message: 'gone' })
  }

  async stop(state: JsonObject): Promise<void> {
    await this.stopGate
    this.#running.get(String(state['run']))?.close()
    this.#running.delete(String(state['run']))
  }

  output(): Promise<string> {
    return Promise.resolve(this.fate === 'fails' ? 'no licence found' : '')
  }

  clean(): Promise<void> {
    return Promise.resolve()
  }

  close(): void {
    for (const server of this.#running.values()) server.close()
  }
}

/** Lets a reconciler drive the rig's servers. */
export function runServers(rig: Rig): FakeSpawner {
  const spawner = new FakeSpawner()
  const reconciler = new Reconciler(rig.hub, { holder: 'test', spawner: () => spawner })
  reconciler.start()
  onTestFinished(async () => {
    await reconciler.close()
    spawner.close()
  })
  return spawner
}
