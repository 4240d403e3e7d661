import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'
import type { Exposition } from '../metrics/collected.ts'
import type { JsonObject } from '../model/json.ts'

/** One entry of the routing table, as `GET /proxy` shows it (wire-contract §1.12). */
export interface RouteInfo {
  /** The path prefix, `/user/ada/`. */
  routespec: string
  /** Where the prefix leads, without credentials. */
  target: string
  /** `{ hub: true }`, `{ user, server_name }` or `{ service }`. */
  data: JsonObject
  /** The server behind it, by its owner's id and its name, when it is one. */
  server?: readonly [userId: string, name: string]
}

/** What the error renderer must know of a request. */
export interface FailedRequest {
  /** The `Accept` header. */
  accept: string | undefined
  /** The request's path, raw, without the query. */
  path: string
  /** What finds the request in the log. */
  id: string
}

/** Turns whatever was thrown into the response; there is one such function in the gateway. */
export type RenderError = (error: unknown, request: FailedRequest) => Response

/** Something with a name and a version, for `GET /info`. */
export interface PartInfo {
  kind: string
  version: string
}

export interface ApiDeps {
  hub: HubContext
  activity: Activity
  /** The routing table as it is now. */
  routes: () => readonly RouteInfo[]
  /**
   * Makes the routing table anew from the store.
   * @throws HubgateError `unavailable`
   */
  resync: () => Promise<void>
  /** This replica's metrics. */
  metrics: () => Promise<Exposition>
  renderError: RenderError
  /** Where this replica listens, `http://127.0.0.1:8000`. */
  gatewayUrl: () => string
  /** hubgate's own version. */
  version: string
  spawnerInfo: PartInfo
  authenticatorInfo: PartInfo
  /** For tests; the defaults are the contract's. */
  streams?: StreamTiming
}

/** What the endpoints work with. */
export interface ApiRuntime extends ApiDeps {
  /** This API in OpenAPI 3.1, as JSON. */
  describe: () => string
}

export interface StreamTiming {
  /** Milliseconds between two signs of life on an event stream; 8000 when left out. */
  keepAliveMs?: number
  /** Milliseconds between two looks whether a stream's reader may still read it; 4000 when left out. */
  recheckMs?: number
}

/** What the edge has settled about a request, and what it is told; each part may be missing. */
export interface ApiBindings {
  requestId?: string
  /** Set by the API: the path of the route that it found, `/users/{name}`. */
  route?: string
}
