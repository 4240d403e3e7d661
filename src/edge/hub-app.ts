import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { setCommonHeaders } from '../api/common-headers.ts'
import type { RenderError } from '../api/deps.ts'
import { HubgateError } from '../base/errors.ts'
import type { Measures } from '../metrics/measures.ts'
import { stopwatch } from '../metrics/measures.ts'
import type { RequestScope } from './request-scope.ts'

/** What is known of a request while it is answered. */
interface Tracked {
  scope: RequestScope
  /** The path of the route that answered, as Hono has it. */
  route: string
}

/** What Hono handlers find in their environment beside Node's request and response. */
export interface EdgeBindings extends HttpBindings {
  requestId: string
  tracked: Tracked
}

export interface HubAppOptions {
  /** `{base}hub` */
  pagesPath: string
  pages: Hono
  /** Answers its own paths, wherever they are. */
  oauth: Hono
  /** Answers `{base}hub/metrics`. */
  metrics: (request: Request) => Promise<Response>
  renderError: RenderError
  measures: Pick<Measures, 'requestAnswered'>
}

/** Answers a request for the hub itself. */
export type HubListener = (
  request: IncomingMessage,
  response: ServerResponse,
  scope: RequestScope,
) => Promise<void>

/** `/base/hub/spawn/:user` as the metrics call it on every installation, `/hub/spawn/{user}`. */
function templateOf(route: string, pagesPath: string): string {
  const below = route.startsWith(`${pagesPath}/`) ? route.slice(pagesPath.length) : '/*'
  return `/hub${below.replace(/:(\w+)/g, '{$1}')}`
}

/** What is below `{base}hub` besides the API, and the OAuth provider, with the one renderer of errors around it. */
export function buildHubApp(options: HubAppOptions): HubListener {
  const { pagesPath, pages, renderError, measures } = options
  const app = new Hono<{ Bindings: EdgeBindings }>()
  app.use('*', async (c, next) => {
    await next()
    c.env.tracked.route = routePath(c)
  })
  app.use(`${pagesPath}/metrics`, async (c, next) => {
    await next()
    setCommonHeaders(c.res)
  })
  app.all(`${pagesPath}/metrics`, (c) => {
    if (c.req.method !== 'GET') throw new HubgateError('method_not_allowed')
    return options.metrics(c.req.raw)
  })
  app.route('/', options.oauth)
  app.route(pagesPath, pages)
  const render = (error: unknown, path: string, accept: string | undefined, id: string) =>
    renderError(error, { accept, path, id })
  app.onError((error, c) => render(error, c.req.path, c.req.header('accept'), c.env.requestId))
  app.notFound((c) =>
    render(new HubgateError('not_found'), c.req.path, c.req.header('accept'), c.env.requestId),
  )
  const underway = new WeakMap<object, Tracked>()
  const listener = getRequestListener(
    (web, env) => {
      const tracked = underway.get(env.incoming)
      return app.fetch(web, { ...env, requestId: tracked?.scope.id ?? '', tracked })
    },
    { overrideGlobalObjects: false },
  )
  return async (request, response, scope) => {
    const tracked: Tracked = { scope, route: '' }
    const elapsed = stopwatch()
    underway.set(request, tracked)
    await listener(request, response)
    measures.requestAnswered(
      {
        method: request.method ?? '',
        handler: templateOf(tracked.route, pagesPath),
        code: response.statusCode,
      },
      elapsed(),
    )
  }
}
