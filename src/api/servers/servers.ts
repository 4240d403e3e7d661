import { seconds } from '../../base/clock.ts'
import type { ErrorCode } from '../../base/errors.ts'
import { ERRORS, HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { waitUntil } from '../../hub/server-wait.ts'
import { findServer, requestStart, requestStop } from '../../hub/servers.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ServerFailure, ServerRecord } from '../../model/server.ts'
import { isActive, isReady, logName, pendingOf } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import { empty, json, noContent } from '../answer.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { placeOf } from '../users/load-users.ts'
import { seesServer } from '../users/user-model.ts'
import { serverModel as serverSchema, startBody, stopBody } from './schemas.ts'
import { serverModel, untouchedServer } from './server-model.ts'

/** `GET /users/{name}/servers/{server}` (wire-contract §1.9). */
export const readServerEndpoint = endpoint({
  summary: 'Read a server, running or stopped',
  answers: { 200: { description: 'The server.', schema: serverSchema } },
  handle: async ({ deps, hub, principal, params }) => {
    const user = await existingUser(hub, params.name)
    const known = await findServer(hub, user.name, params.server)
    const server = known ?? (params.server === '' ? untouchedServer(user) : undefined)
    if (server === undefined) throw new HubgateError('not_found')
    const lastActivity = await deps.activity.lastOfServer(user.id, server.name)
    const showState = seesServer(principal.scopes, 'admin:server_state', user, server.name)
    return json(serverModel(server, { lastActivity, showState }, placeOf(deps)))
  },
})

const waitMs = (hub: HubContext): number => seconds(hub.snapshot().config.slow_spawn_timeout)

/** The name and the options of a start, of either form of its body. */
function startOf(body: Record<string, unknown> = {}): {
  displayName?: string | undefined
  userOptions: JsonObject | null
} {
  const given = 'display_name' in body || 'user_options' in body
  // An empty object is what clients send who mean "as last time".
  if (!given) return { userOptions: Object.keys(body).length === 0 ? null : (body as JsonObject) }
  const { display_name, user_options } = body as {
    display_name?: string
    user_options?: JsonObject | null
  }
  return { displayName: display_name, userOptions: user_options ?? null }
}

/** The entry of the error registry that has a status; the nearest one when none has it. */
function codeOf(status: number): ErrorCode {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  const exact = codes.find((code) => ERRORS[code].status === status)
  return exact ?? (status >= 500 ? 'spawn_failed' : 'bad_request')
}

function failureError(failure: ServerFailure, showOutput: boolean): HubgateError {
  const code = failure.status === 500 ? 'spawn_failed' : codeOf(failure.status)
  const body = showOutput && failure.output !== '' ? { output: failure.output } : {}
  return new HubgateError(code, failure.message, { detail: { reason: failure.reason }, body })
}

/** Whether the server's own output may be shown: to its owner, and to who sees its state. */
function seesOutput({ principal, params }: Call, user: UserRecord): boolean {
  const own = principal.kind === 'user' && principal.name === user.name
  return own || seesServer(principal.scopes, 'admin:server_state', user, params.server)
}

/** What a start has come to (wire-contract §4.3). */
function startAnswer(call: Call, user: UserRecord, server: ServerRecord | undefined): Response {
  if (server !== undefined && isReady(server)) return empty(201, 'text/plain')
  if (server !== undefined && pendingOf(server) === 'spawn') return empty(202, 'text/plain')
  if (server?.failure != null) throw failureError(server.failure, seesOutput(call, user))
  const name = logName(user.name, call.params.server)
  throw new HubgateError('conflict', `${name} was stopped while it was starting`)
}

const isSettled = (server: ServerRecord | undefined): boolean =>
  server === undefined || pendingOf(server) !== 'spawn'

/** `POST /users/{name}/servers/{server}`: made if there is none, and started. */
export const startServerEndpoint = endpoint({
  summary: 'Start a server',
  body: startBody,
  answers: {
    201: { description: 'The server is ready.', type: 'text/plain' },
    202: { description: 'The server is starting; its progress tells more.', type: 'text/plain' },
    429: { description: 'Too many servers are starting or running.' },
  },
  handle: async (call) => {
    const { hub, principal, params, body, request } = call
    const user = await existingUser(hub, params.name)
    const before = await findServer(hub, user.name, params.server)
    if (before !== undefined && pendingOf(before) === 'spawn') return empty(202, 'text/plain')
    const wish = { user, name: params.server, ...startOf(body), by: principal.name }
    await requestStart(hub, wish)
    const timeoutMs = waitMs(hub)
    const { signal } = request
    const left = await waitUntil(hub, user.name, params.server, isSettled, timeoutMs, signal)
    return startAnswer(call, user, left)
  },
})

/** @throws HubgateError `bad_request`, `not_found` as JupyterHub has them for a stop */
async function checkStop({ hub, params }: Call, remove: boolean): Promise<void> {
  const { name, server } = params
  await existingUser(hub, name)
  if (server === '') {
    if (remove) throw new HubgateError('bad_request', 'Cannot delete the default server')
    return
  }
  if (!hub.snapshot().config.allow_named_servers) {
    throw new HubgateError('bad_request', 'Named servers are not enabled.')
  }
  if ((await findServer(hub, name, server)) === undefined) {
    throw new HubgateError('not_found', `${name} has no server named '${server}'`)
  }
}

/** `DELETE /users/{name}/servers/{server}`: stopped, and forgotten where the body says so. */
export const stopServerEndpoint = endpoint({
  summary: 'Stop a server, and forget a named one',
  body: stopBody,
  answers: {
    202: { description: 'The server is stopping.', type: 'text/plain' },
    204: { description: 'The server is stopped.' },
  },
  handle: async (call) => {
    const { hub, principal, params, body, request } = call
    const remove = body?.remove ?? false
    await checkStop(call, remove)
    const { name, server } = params
    const before = await findServer(hub, name, server)
    const stopping = before !== undefined && pendingOf(before) === 'stop'
    await requestStop(hub, { user: name, name: server, remove, by: principal.name })
    if (stopping) return empty(202, 'text/plain')
    const over = (one: ServerRecord | undefined) => one === undefined || !isActive(one)
    const left = await waitUntil(hub, name, server, over, waitMs(hub), request.signal)
    return over(left) ? noContent() : empty(202, 'text/plain')
  },
})
