import { seconds } from '../base/clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { HubContext } from '../hub/context.ts'
import type { Traced } from '../store/cache-view.ts'
import type { RouteAnswer, RouteRequest } from './allow-route.ts'
import { allowRoute } from './allow-route.ts'
import { isServiceWorker, originFault } from './origin.ts'

/** A visitor who may pass. */
export type Pass = Extract<RouteAnswer, { answer: 'pass' }>

/** Milliseconds for which a decision may be used, whatever else speaks for it (threats.md P30, P33). */
const MAX_AGE_MS = seconds(1)
/** Decisions that are kept at a time. */
const MAX_KEPT = 20_000
/** Places that are kept of one credential. */
const MAX_PLACES = 32
/** A longer credential is not kept; characters. */
const MAX_CREDENTIAL = 4096

/** That a credential opens a place: a server, by who checks its visitors. */
interface Decision {
  readonly user: string
  readonly server: string
  readonly auth: RouteRequest['auth']
  readonly answer: Pass
  readonly snapshot: Snapshot
  /** All that it rests on. */
  readonly traced: Traced
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** Decisions by the raw header that the credential is in. */
type Kept = Map<string, Decision[]>

const hasQueryToken = ({ queryToken }: RouteRequest): boolean =>
  queryToken !== undefined && queryToken.length > 0

/**
 * The answers of {@link allowRoute}, of which the good ones are kept for a second at most, so that a
 * request that is like one a moment ago is answered without a wait. One is used only while all that
 * it was made of is true (invariants 3 and 4): a change of the token, session, user, groups, shares,
 * server or configuration, an expiry, and a store that is not heard end it. What differs between the
 * requests of one visitor (method, origin, what it is for) is checked each time. Refusals are not
 * kept, nor is anything about tokens in the query.
 */
export class RouteDecisions {
  readonly #hub: HubContext
  /** By the `Authorization` header: it decides alone. */
  readonly #byToken: Kept = new Map()
  /** By the `Cookie` header of requests without an `Authorization` header. */
  readonly #byCookie: Kept = new Map()
  #count = 0
  #timer: NodeJS.Timeout | undefined

  constructor(hub: HubContext) {
    this.#hub = hub
  }

  /** The visitor of a request, if it is known at this moment that they may pass. */
  known(route: RouteRequest): Pass | undefined {
    if (isServiceWorker(route) || hasQueryToken(route)) return undefined
    const { authorization, cookieHeader } = route
    if (authorization !== undefined) return this.#find(this.#byToken.get(authorization), route)
    const pass = cookieHeader && this.#find(this.#byCookie.get(cookieHeader), route)
    if (!pass) return undefined
    const { public_url } = this.#hub.snapshot().config
    return originFault(public_url, route) === undefined ? pass : undefined
  }

  /** The answer for a request: {@link allowRoute}'s. */
  async decide(route: RouteRequest): Promise<RouteAnswer> {
    const hub = this.#hub
    const snapshot = hub.snapshot()
    const traced = hub.cache.traced()
    const answer = await allowRoute(
      { ...hub, cache: traced.cache, snapshot: () => snapshot },
      route,
    )
    if (answer.answer === 'pass' && !hasQueryToken(route)) {
      this.#keep(route, answer, snapshot, traced)
    }
    return answer
  }

  /** Forgets everything. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#byToken.clear()
    this.#byCookie.clear()
    this.#count = 0
  }

  #find(decisions: readonly Decision[] | undefined, route: RouteRequest): Pass | undefined {
    if (decisions === undefined) return undefined
    for (const decision of decisions) {
      if (isAbout(decision, route)) return this.#holds(decision) ? decision.answer : undefined
    }
    return undefined
  }

  #holds({ snapshot, traced, until }: Decision): boolean {
    const { clock } = this.#hub
    return snapshot === this.#hub.snapshot() && clock.now() < until && traced.holds()
  }

  #keep(route: RouteRequest, answer: Pass, snapshot: Snapshot, traced: Traced): void {
    const { authorization, cookieHeader = '', user, server, auth } = route
    const isToken = authorization !== undefined
    // Another scheme than ours leaves it to the cookie.
    if (isToken && answer.carried.authorization !== authorization) return
    const credential = authorization ?? cookieHeader
    if (credential === '' || credential.length > MAX_CREDENTIAL) return
    const now = this.#hub.clock.now()
    const until = Math.min(now + MAX_AGE_MS, answer.principal.expiresAt ?? Infinity)
    if (this.#count >= MAX_KEPT) this.clear()
    const kept = isToken ? this.#byToken : this.#byCookie
    const others = kept.get(credential)?.filter((one) => !isAbout(one, route)) ?? []
    if (others.length >= MAX_PLACES) others.shift()
    kept.set(credential, [...others, { user, server, auth, answer, snapshot, traced, until }])
    this.#count += 1
    this.#timer ??= setTimeout(() => this.clear(), MAX_AGE_MS).unref()
  }
}

function isAbout(decision: Decision, { user, server, auth }: RouteRequest): boolean {
  return decision.user === user && decision.server === server && decision.auth === auth
}
