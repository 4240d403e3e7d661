import { OpenAPIHono, z } from '@hono/zod-openapi'
import {
  ABOUT_API,
  ERROR_TEXTS,
  HEADERS,
  PATH_PARAMETERS,
  SECURITY_SCHEMES,
} from './openapi-texts.ts'
import type { Answer, Route } from './route.ts'
import type { Resource } from './routes.ts'
import { errorBody } from './schemas/common.ts'
import { JUPYTERHUB_VERSION } from './version.ts'

type Json = Record<string, unknown>

/** What OpenAPI 3.1 has in `info` and the library's types have not. */
const MORE_INFO = {
  summary: "An authenticating gateway for Jupyter servers, with JupyterHub's REST API",
  license: { name: 'MIT', identifier: 'MIT' },
}

type PathMethod = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete'

/** Statuses that come with a time to wait. */
const RETRIED: ReadonlySet<number> = new Set([429, 503])

const NAMING_KINDS: ReadonlySet<string> = new Set(['user', 'server', 'group', 'service'])

function headersOf(status: number, { headers = {} }: Answer): Json {
  const names = ['X-JupyterHub-Version', ...(RETRIED.has(status) ? ['Retry-After'] : [])]
  const common = names.map((name) => [name, { $ref: `#/components/headers/${name}` }])
  const own = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ])
  return Object.fromEntries([...common, ...own])
}

function contentOf({ schema, type }: Answer, example: unknown): Json {
  if (schema === undefined && type === undefined) return {}
  const body = { schema: schema ?? z.string(), ...(example === undefined ? {} : { example }) }
  return { content: { [type ?? 'application/json']: body } }
}

/** The statuses of errors that a route of its kind can always give. */
function commonErrorsOf({ policy, endpoint }: Route): number[] {
  const takesInput = endpoint.query !== undefined || endpoint.body !== undefined
  return [
    ...(takesInput ? [400] : []),
    ...(policy.kind === 'open' ? [] : [403, 503]),
    ...(NAMING_KINDS.has(policy.kind) ? [404] : []),
    ...(endpoint.body === undefined ? [] : [413]),
  ]
}

function describeAnswer(status: number, answer: Answer): Json {
  const { description } = answer
  if (status < 400) {
    return { description, headers: headersOf(status, answer), ...contentOf(answer, undefined) }
  }
  const common = ERROR_TEXTS[status]
  const example =
    common?.description === description ? { status, message: common.message } : undefined
  const full = { schema: errorBody, ...answer }
  return { description, headers: headersOf(status, answer), ...contentOf(full, example) }
}

function answersOf(route: Route): Record<string, Json> {
  const common = commonErrorsOf(route).map((status) => {
    const description = ERROR_TEXTS[status]?.description ?? ''
    return [status, { description }] as const
  })
  const all: Record<number, Answer> = { ...Object.fromEntries(common), ...route.endpoint.answers }
  return Object.fromEntries(
    Object.entries(all).map(([status, answer]) => [status, describeAnswer(Number(status), answer)]),
  )
}

function paramsOf(path: string): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  if (names.length === 0) return undefined
  const shape = names.map((name) => {
    const text = PATH_PARAMETERS[name]
    const schema = z.string()
    return [name, text === undefined ? schema : schema.openapi({ ...text, param: { ...text } })]
  })
  return z.object(Object.fromEntries(shape))
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
  const named = policy.kind === 'identified' ? [] : policy.scopes
  const scopes = named.length === 0 ? [[]] : named.map((scope) => [scope])
  const schemes = Object.keys(SECURITY_SCHEMES)
  return scopes.flatMap((list) => schemes.map((scheme) => ({ [scheme]: list })))
}

/** What answers any method is described once. */
function methodOf({ method }: Route): string {
  return method === 'ANY' ? 'GET' : method
}

/** A name of its own for each route: `get_users_name`. */
function operationIdOf(route: Route): string {
  const { path } = route
  const method = methodOf(route)
  const words = path.split(/[/{}]+/).filter((word) => word !== '')
  const end = path.length > 1 && path.endsWith('/') ? ['default'] : []
  return [method.toLowerCase(), ...(words.length === 0 ? ['root'] : words), ...end].join('_')
}

/**
 * The description of the resources' routes in OpenAPI 3.1, from the schemas that validate.
 * @param basePath where the API is, `/hub/api`
 */
export function describeRoutes(resources: readonly Resource[], basePath: string): Json {
  const app = new OpenAPIHono()
  const registry = app.openAPIRegistry
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    registry.registerComponent('securitySchemes', name, scheme)
  }
  for (const [name, header] of Object.entries(HEADERS)) {
    registry.registerComponent('headers', name, header)
  }
  for (const { tag, routes } of resources) {
    for (const route of routes) {
      registry.registerPath({
        method: methodOf(route).toLowerCase() as PathMethod,
        path: route.path,
        tags: [tag],
        operationId: operationIdOf(route),
        summary: route.endpoint.summary,
        security: securityOf(route),
        request: requestOf(route),
        responses: answersOf(route) as Record<string, { description: string }>,
      })
    }
  }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'hubgate',
      version: JUPYTERHUB_VERSION,
      description: ABOUT_API,
    },
    externalDocs: {
      description: "JupyterHub's own description of this API",
      url: 'https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html',
    },
    servers: [{ url: basePath, description: 'This hub' }],
    tags: resources.map(({ tag, description }) => ({ name: tag, description })),
  })
  return { ...document, info: { ...document.info, ...MORE_INFO } }
}
