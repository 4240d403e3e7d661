import type { ErrorCode } from '../../base/errors.ts'
import { ERRORS, HubgateError } from '../../base/errors.ts'
import { findServer, requestStart, requestStop } from '../../hub/servers/servers.ts'
import type { ServerFailure, ServerRecord } from '../../model/server.ts'
import { isReady, logName, pendingOf } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import { empty, json, noContent } from '../answer.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { seesServer } from '../users/user-view.ts'
import { loadServer } from './load-servers.ts'
import { serverModel, startBody, stopBody } from './schemas.ts'
import { untouchedServer } from './server-model.ts'
import { optionsOf } from './start-body.ts'
import { isOver, waitForServer } from './wait.ts'

/** `GET /users/{name}/servers/{server}` (wire-contract §1.9). */
export const readServerEndpoint = endpoint({
  summary: 'Read a server, running or stopped',
  answers: { 200: { description: 'The server.', schema: serverModel } },
  handle: async ({ deps, hub, principal, params }) => {
    const user = await existingUser(hub, params.name)
    const known = await findServer(hub, user.name, params.server)
    const server = known ?? (params.server === '' ? untouchedServer(user) : undefined)
    if (server === undefined) throw new HubgateError('not_found')
    return json(await loadServer(deps, principal, user, server))
  },
})

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
    const wish = { user, name: params.server, ...optionsOf(body), by: principal.name }
    await requestStart(hub, wish)
    const left = await waitForServer(hub, user.name, params.server, isSettled, request.signal)
    return startAnswer(call, user, left)
  },
})

function noSuchServer(user: string, server: string): HubgateError {
  return new HubgateError('not_found', `${user} has no server named '${server}'`)
}

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
  if ((await findServer(hub, name, server)) === undefined) throw noSuchServer(name, server)
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
    const asked = await requestStop(hub, { user: name, name: server, remove, by: principal.name })
    // Another removed it since it was looked for, or gave it another name: then it lives on.
    if (asked === undefined && server !== '') throw noSuchServer(name, server)
    if (stopping) return empty(202, 'text/plain')
    const left = await waitForServer(hub, name, server, isOver, request.signal)
    return isOver(left) ? noContent() : empty(202, 'text/plain')
  },
})
