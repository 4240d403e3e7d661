import { HubgateError } from '../base/errors.ts'
import type { Principal } from '../model/principal.ts'
import { isSubset } from '../model/subset-scopes.ts'
import { normalizeUsername } from '../model/username.ts'
import { empty } from './answer.ts'
import type { ApiRequest } from './api-request.ts'
import { authorize } from './authorize.ts'
import type { ApiRuntime } from './deps.ts'
import { identify, touch } from './identify.ts'
import { readJson } from './read-body.ts'
import type { Call, Endpoint, GuardedRoute, OpenCall, PathParams } from './route.ts'
import { isOpen } from './route.ts'
import type { Match } from './router.ts'
import { validate } from './validate.ts'

function paramsOf({ params }: Match): PathParams {
  return {
    name: normalizeUsername(params['name'] ?? ''),
    server: params['server'] ?? '',
    group: params['group'] ?? '',
    service: params['service'] ?? '',
    tokenId: params['token_id'] ?? '',
    sessionId: params['session_id'] ?? '',
    owner: normalizeUsername(params['owner'] ?? ''),
    token: params['token'] ?? '',
    cookieName: params['cookie_name'] ?? '',
    cookieValue: params['cookie_value'] ?? '',
  }
}

/** The query as JupyterHub reads it: of a repeated parameter the last one, without space around it. */
function queryOf({ url }: ApiRequest): Record<string, string> {
  const mark = url.indexOf('?')
  if (mark < 0) return {}
  const given = [...new URLSearchParams(url.slice(mark))]
  return Object.fromEntries(given.map(([name, value]) => [name, value.trim()]))
}

async function callOf(
  deps: ApiRuntime,
  request: ApiRequest,
  params: PathParams,
  { query, body }: Pick<Endpoint, 'query' | 'body'>,
): Promise<OpenCall> {
  return {
    deps,
    hub: deps.hub,
    params,
    query: query === undefined ? undefined : validate(query, queryOf(request)),
    body: body === undefined ? undefined : validate(body, await readJson(request)),
    request,
  }
}

/** The five steps of a request: principal, permission, input, work, answer. */
async function answerGuarded(
  deps: ApiRuntime,
  { endpoint, policy }: GuardedRoute,
  request: ApiRequest,
  params: PathParams,
): Promise<Response> {
  const known = await identify(deps.hub, request)
  if (known !== undefined) touch(deps, known)
  const principal = await authorize(deps.hub, policy, known, params)
  const letInAgain = async () =>
    authorize(deps.hub, policy, await identify(deps.hub, request), params)
  // A list shows what its reader's scopes showed in the beginning: with less it must not go on.
  const holdsAll = ({ scopes }: Principal) =>
    policy.kind !== 'listing' || isSubset(principal.scopes, scopes, () => [])
  const stillAllowed = () => letInAgain().then(holdsAll, () => false)
  const call = await callOf(deps, request, params, endpoint)
  const guarded: Call = { ...call, principal, stillAllowed }
  return endpoint.handle(guarded)
}

/**
 * Answers a request at a path that there is: 405 for methods that it has not, 200 for `OPTIONS`
 * (wire-contract §1.1, Methods).
 */
export async function dispatch(
  deps: ApiRuntime,
  request: ApiRequest,
  match: Match,
): Promise<Response> {
  const { method } = request
  const route = match.place.byMethod.get(method) ?? match.place.byMethod.get('ANY')
  if (route === undefined && method === 'OPTIONS') return empty(200, 'application/json')
  if (route === undefined) throw new HubgateError('method_not_allowed')
  const params = paramsOf(match)
  if (!isOpen(route)) return answerGuarded(deps, route, request, params)
  return route.endpoint.handle(await callOf(deps, request, params, route.endpoint))
}
