import { OpenAPIHono, z } from '@hono/zod-openapi'
import { PAGINATION_TYPE } from './pagination.ts'
import type { Answer, Route } from './route.ts'
import { errorBody } from './schemas/common.ts'
import { JUPYTERHUB_VERSION } from './version.ts'

type Json = Record<string, unknown>

type PathMethod = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete'

const DESCRIPTION =
  "hubgate's REST API: JupyterHub's, as far as it is listed here. Members of models are absent " +
  'where the scopes of the caller do not show them. Lists are answered in an envelope to ' +
  `${PAGINATION_TYPE}.`

const ERROR: Answer = { description: 'What went wrong.', schema: errorBody }

function contentOf({ schema, type }: Answer): Json {
  if (schema === undefined && type === undefined) return {}
  return { content: { [type ?? 'application/json']: { schema: schema ?? z.string() } } }
}

/** The errors that a route of its kind can always give. */
function errorsOf({ policy, endpoint }: Route): Record<string, Answer> {
  const takesInput = endpoint.query !== undefined || endpoint.body !== undefined
  return {
    ...(takesInput ? { 400: ERROR } : {}),
    ...(policy.kind === 'open' ? {} : { 403: ERROR }),
    ...(['user', 'server', 'group', 'service'].includes(policy.kind) ? { 404: ERROR } : {}),
    ...(endpoint.body === undefined ? {} : { 413: ERROR }),
  }
}

function answersOf(route: Route): Record<string, Json> {
  const all: Record<string, Answer> = { ...errorsOf(route), ...route.endpoint.answers }
  return Object.fromEntries(
    Object.entries(all).map(([status, answer]) => {
      const full = Number(status) >= 400 ? { ...ERROR, ...answer } : answer
      return [status, { description: full.description, ...contentOf(full) }]
    }),
  )
}

function paramsOf(path: string): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  if (names.length === 0) return undefined
  return z.object(Object.fromEntries(names.map((name) => [name, z.string()])))
}

function requestOf({ path, endpoint }: Route): Json {
  const params = paramsOf(path)
  const { query, body } = endpoint
  return {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined
      ? {}
      : {
          body: {
            required: !body.safeParse(undefined).success,
            content: { 'application/json': { schema: body } },
          },
        }),
  }
}

function securityOf({ policy }: Route): Record<string, string[]>[] {
  if (policy.kind === 'open') return []
  const scopes = policy.kind === 'identified' ? [[]] : policy.scopes.map((scope) => [scope])
  return scopes.flatMap((list) => [{ token: list }, { session: list }])
}

/** A name of its own for each route: `get_users_name`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[/{}]+/).filter((word) => word !== '')
  const end = path.length > 1 && path.endsWith('/') ? ['default'] : []
  return [method.toLowerCase(), ...(words.length === 0 ? ['root'] : words), ...end].join('_')
}

/**
 * The description of the routes in OpenAPI 3.1, from the schemas that validate.
 * @param basePath where the API is, `/hub/api`
 */
export function describeRoutes(routes: readonly Route[], basePath: string): Json {
  const app = new OpenAPIHono()
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', 'token', {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'A hub token: Authorization: token …',
  })
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'hubgate-login',
    description: "The browser's session; methods that change something need _xsrf as well.",
  })
  for (const route of routes) {
    registry.registerPath({
      method: route.method.toLowerCase() as PathMethod,
      path: route.path,
      operationId: operationIdOf(route),
      summary: route.endpoint.summary,
      security: securityOf(route),
      request: requestOf(route),
      responses: answersOf(route) as Record<string, { description: string }>,
    })
  }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'hubgate', version: JUPYTERHUB_VERSION, description: DESCRIPTION },
    servers: [{ url: basePath }],
  })
  return { ...document }
}
