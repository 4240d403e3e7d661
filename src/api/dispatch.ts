import type { Context } from 'hono'
import { HubgateError } from '../base/errors.ts'
import { normalizeUsername } from '../model/username.ts'
import { authorize } from './authorize.ts'
import type { ApiBindings, ApiRuntime } from './deps.ts'
import { identify, touch } from './identify.ts'
import { readJson } from './read-body.ts'
import type { Endpoint, OpenCall, PathParams, Route } from './route.ts'
import { isOpen } from './route.ts'
import { validate } from './validate.ts'

export type ApiContext = Context<{ Bindings: ApiBindings }>

function isUtf8({ pathname }: URL): boolean {
  try {
    return decodeURIComponent(pathname) !== ''
  } catch {
    return false
  }
}

/** @throws HubgateError `invalid_target` for a path that is not UTF-8 */
function paramsOf(context: ApiContext): PathParams {
  if (!isUtf8(new URL(context.req.url))) throw new HubgateError('invalid_target')
  const params: Record<string, string | undefined> = context.req.param()
  return {
    name: normalizeUsername(params['name'] ?? ''),
    server: params['server'] ?? '',
    group: params['group'] ?? '',
    service: params['service'] ?? '',
    tokenId: params['token_id'] ?? '',
    owner: normalizeUsername(params['owner'] ?? ''),
  }
}

/** The query as JupyterHub reads it: of a repeated parameter the last one. */
function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams)
}

async function callOf(
  deps: ApiRuntime,
  context: ApiContext,
  params: PathParams,
  { query, body }: Pick<Endpoint, 'query' | 'body'>,
): Promise<OpenCall> {
  const request = context.req.raw
  return {
    deps,
    hub: deps.hub,
    params,
    query: query === undefined ? undefined : validate(query, queryOf(request)),
    body: body === undefined ? undefined : validate(body, await readJson(request)),
    request,
  }
}

/** The five steps of every request: principal, permission, input, work, answer. */
async function answer(deps: ApiRuntime, route: Route, context: ApiContext): Promise<Response> {
  const params = paramsOf(context)
  if (isOpen(route)) {
    return route.endpoint.handle(await callOf(deps, context, params, route.endpoint))
  }
  const { endpoint, policy } = route
  const request = context.req.raw
  const known = await identify(deps.hub, request)
  if (known !== undefined) touch(deps, known)
  const principal = await authorize(deps.hub, policy, known, params)
  const letInAgain = async () =>
    authorize(deps.hub, policy, await identify(deps.hub, request), params)
  const stillAllowed = () => letInAgain().then(Boolean, () => false)
  const call = await callOf(deps, context, params, endpoint)
  return endpoint.handle({ ...call, principal, stillAllowed })
}

/**
 * What answers all methods of one path: 405 for those that no route has, 200 for `OPTIONS`
 * (wire-contract §1.1, Methods).
 */
export function dispatcher(
  deps: ApiRuntime,
  routes: readonly Route[],
): (context: ApiContext) => Promise<Response> {
  const byMethod = new Map<string, Route>(routes.map((route) => [route.method, route]))
  return async (context) => {
    if (context.req.method === 'OPTIONS') return new Response('', { status: 200 })
    const route = byMethod.get(context.req.method)
    if (route === undefined) throw new HubgateError('method_not_allowed')
    return answer(deps, route, context)
  }
}
