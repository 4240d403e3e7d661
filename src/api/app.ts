import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { HubgateError } from '../base/errors.ts'
import { randomId } from '../base/random.ts'
import { commonHeaders } from './common-headers.ts'
import type { ApiBindings, ApiDeps } from './deps.ts'
import type { ApiContext } from './dispatch.ts'
import { dispatcher } from './dispatch.ts'
import { describeRoutes } from './openapi.ts'
import type { Route } from './route.ts'
import { ROUTES } from './routes.ts'

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  return Map.groupBy(routes, (route) => route.path)
}

/** `/users/{name}` as Hono writes it, `/users/:name`. */
function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1')
}

/** Whether a path that no route has is the API's own address with a slash behind it. */
function isRoot(context: ApiContext): boolean {
  return context.req.path === routePath(context).slice(0, -1)
}

/** The edge's id of the request; one of its own where there is no edge. */
function requestIdOf({ env }: { env: ApiBindings | undefined }): string {
  return env?.requestId ?? randomId()
}

/**
 * The REST API (wire-contract §1), to be mounted at `{base}hub/api`. Its errors are rendered by the
 * one renderer it is given.
 */
export function buildApi(given: ApiDeps): Hono<{ Bindings: ApiBindings }> {
  let description: string | undefined
  const describe = () => {
    const basePath = `${given.hub.snapshot().config.base_url}hub/api`
    description ??= JSON.stringify(describeRoutes(ROUTES, basePath))
    return description
  }
  const deps = { ...given, describe }
  const app = new Hono<{ Bindings: ApiBindings }>()
  const routes = byPath(ROUTES)
  app.use('*', commonHeaders)
  for (const [path, list] of routes) app.all(honoPath(path), dispatcher(deps, list))
  const root = dispatcher(deps, routes.get('/') ?? [])
  app.all('*', (context) => {
    if (isRoot(context)) return root(context)
    throw new HubgateError('not_found')
  })
  app.onError((error, context) =>
    deps.renderError(error, {
      accept: context.req.header('accept'),
      path: context.req.path,
      id: requestIdOf(context),
    }),
  )
  return app
}
