import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { ApiBindings, RenderError } from '../api/deps.ts'
import { HubgateError } from '../base/errors.ts'
import type { RequestScope } from './request-scope.ts'

/** What Hono handlers find in their environment beside Node's request and response. */
export interface EdgeBindings extends HttpBindings {
  requestId: string
}

export interface HubAppOptions {
  /** `{base}hub/api` */
  apiPath: string
  api: Hono<{ Bindings: ApiBindings }>
  /** `{base}hub` */
  pagesPath: string
  pages: Hono
  renderError: RenderError
}

/** Answers a request for the hub itself. */
export type HubListener = (
  request: IncomingMessage,
  response: ServerResponse,
  scope: RequestScope,
) => Promise<void>

/** What is mounted where below `{base}hub`, with the one renderer of errors around it. */
export function buildHubApp(options: HubAppOptions): HubListener {
  const { apiPath, api, pagesPath, pages, renderError } = options
  const app = new Hono<{ Bindings: EdgeBindings }>()
  app.route(apiPath, api)
  app.route(pagesPath, pages)
  const render = (error: unknown, path: string, accept: string | undefined, id: string) =>
    renderError(error, { accept, path, id })
  app.onError((error, c) => render(error, c.req.path, c.req.header('accept'), c.env.requestId))
  app.notFound((c) =>
    render(new HubgateError('not_found'), c.req.path, c.req.header('accept'), c.env.requestId),
  )
  const scopes = new WeakMap<object, RequestScope>()
  const listener = getRequestListener(
    (web, env) => app.fetch(web, { ...env, requestId: scopes.get(env.incoming)?.id ?? '' }),
    { overrideGlobalObjects: false },
  )
  return async (request, response, scope) => {
    scopes.set(request, scope)
    await listener(request, response)
  }
}
