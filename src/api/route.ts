import type { z } from '@hono/zod-openapi'
import type { HubContext } from '../hub/context.ts'
import type { Principal } from '../model/principal.ts'
import type { FilterKind } from '../model/scope-set.ts'
import type { ApiRequest } from './api-request.ts'
import type { ApiRuntime } from './deps.ts'

/** `ANY` is every method that the path has no line of its own for, `OPTIONS` too. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY'

/**
 * Who may ask (threats P11, P23): each route declares the scopes, and where the resource is that
 * they are held for.
 */
export type Policy =
  /** Anybody; nobody is identified. */
  | { kind: 'open' }
  /** Anybody, or who holds one of the scopes in any form: the endpoint asks the configuration which. */
  | { kind: 'configured'; scopes: readonly string[] }
  /** Anybody who is known, whatever the credential allows. */
  | { kind: 'identified' }
  /**
   * The handler asks for the scope itself, because a refusal is worded differently there.
   * @property check what it asks before the body is looked at: throws where the request must not pass
   */
  | {
      kind: 'in-handler'
      scopes: readonly string[]
      check?: (hub: HubContext, principal: Principal, params: PathParams) => Promise<unknown>
    }
  /** One of the scopes without any filter. */
  | { kind: 'unfiltered'; scopes: readonly string[] }
  /** One of the scopes for what the path names. */
  | { kind: 'user' | 'server' | 'group' | 'service'; scopes: readonly string[] }
  /** The scope in any form; the handler shows only what its filters (of these kinds) name. */
  | { kind: 'listing'; scopes: readonly [string]; filters: readonly FilterKind[] }

/** The path's parameters, decoded; empty when the path has no such part. */
export interface PathParams {
  /** A user's name, normalised. */
  name: string
  /** A server's name, empty for the default one. */
  server: string
  group: string
  service: string
  tokenId: string
  /** The public id of a session. */
  sessionId: string
  /** A token itself; like a cookie's value nothing to log. */
  token: string
  cookieName: string
  cookieValue: string
  /** Whose server was shared, normalised. */
  owner: string
}

export interface OpenCall<Query = unknown, Body = unknown> {
  readonly deps: ApiRuntime
  readonly hub: HubContext
  readonly params: PathParams
  readonly query: Query
  readonly body: Body
  readonly request: ApiRequest
}

export interface Call<Query = unknown, Body = unknown> extends OpenCall<Query, Body> {
  readonly principal: Principal
  /** Asks anew whether the request would be let in now: for answers that last. */
  readonly stillAllowed: () => Promise<boolean>
}

/** One documented answer; `schema` is left out where the body is empty. */
export interface Answer {
  description: string
  schema?: z.ZodType
  /** `application/json` when left out. */
  type?: string
  /** Headers that this answer has beside the common ones: their names, and what they say. */
  headers?: Readonly<Record<string, string>>
}

interface EndpointSpec<Query extends z.ZodObject, Body extends z.ZodType> {
  /** One line for the API's description. */
  summary: string
  query?: Query
  /** An absent body and JSON's `null` are `undefined` to it. */
  body?: Body
  /** The answers besides the errors that every endpoint can give. */
  answers: Readonly<Record<number, Answer>>
}

/** An endpoint with its types forgotten, for the table. */
export interface Endpoint<AnyCall = Call> {
  readonly summary: string
  readonly query: z.ZodObject | undefined
  readonly body: z.ZodType | undefined
  readonly answers: Readonly<Record<number, Answer>>
  readonly handle: (call: AnyCall) => Response | Promise<Response>
}

type Handler<AnyCall> = (call: AnyCall) => Response | Promise<Response>

/** Declares an endpoint for callers who are known; its handler sees validated input. */
export function endpoint<Query extends z.ZodObject, Body extends z.ZodType>(
  spec: EndpointSpec<Query, Body> & { handle: Handler<Call<z.output<Query>, z.output<Body>>> },
): Endpoint {
  return {
    summary: spec.summary,
    query: spec.query,
    body: spec.body,
    answers: spec.answers,
    // The dispatcher has parsed query and body with the schemas above.
    handle: (call) => spec.handle(call as Call<z.output<Query>, z.output<Body>>),
  }
}

/** Declares an endpoint for anybody. */
export function openEndpoint(
  spec: EndpointSpec<z.ZodObject, z.ZodType> & { handle: Handler<OpenCall> },
): Endpoint<OpenCall> {
  return {
    summary: spec.summary,
    query: undefined,
    body: undefined,
    answers: spec.answers,
    handle: spec.handle,
  }
}

interface RouteOf<OnePolicy, OneEndpoint> {
  method: Method
  /** As in OpenAPI, `/users/{name}`. */
  path: string
  policy: OnePolicy
  endpoint: OneEndpoint
}

type OpenPolicy = Extract<Policy, { kind: 'open' | 'configured' }>
export type GuardedPolicy = Exclude<Policy, OpenPolicy>
type OpenRoute = RouteOf<OpenPolicy, Endpoint<OpenCall>>
export type GuardedRoute = RouteOf<GuardedPolicy, Endpoint>

/** A line of the route table. */
export type Route = OpenRoute | GuardedRoute

/** Whether nobody is identified on a route before its endpoint runs. */
export function isOpen(route: Route): route is OpenRoute {
  return route.policy.kind === 'open' || route.policy.kind === 'configured'
}
