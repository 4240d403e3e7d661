import { serviceCookieName, setCookie } from '../../auth/cookies.ts'
import { forwardAuthOf, mayUse } from '../../auth/forward-auth/may-use.ts'
import type { PlacedUrl } from '../../auth/forward-auth/service-places.ts'
import { homeOf, placedUrl } from '../../auth/forward-auth/service-places.ts'
import { cookiePlace } from '../../auth/forward-auth/sign-in.ts'
import { HubgateError } from '../../base/errors.ts'
import { openServiceSession } from '../../hub/identity/service-sessions.ts'
import { redirect } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'

/** Where the visitor wants to go: the address that was asked for, or else where the service begins. */
function wantedPlace({ c, config, origin }: Visit): PlacedUrl | undefined {
  const service = c.req.query('service')
  const next = c.req.query('next')
  const isPath = next?.startsWith('/') === true && !next.startsWith('//')
  const asked =
    next === undefined ? undefined : placedUrl(config, origin, isPath ? origin + next : next)
  if (asked !== undefined && (service === undefined || asked.place.service === service))
    return asked
  return service === undefined || next !== undefined ? undefined : homeOf(config, origin, service)
}

async function signIn(visit: Visit, { principal, session }: SignedIn): Promise<Response> {
  const { config, deps, origin } = visit
  const wanted = wantedPlace(visit)
  const { service = '' } = wanted?.place ?? {}
  const rules = forwardAuthOf(config, service)
  if (wanted === undefined || rules === undefined || !mayUse(principal, service, rules)) {
    throw new HubgateError('forbidden', 'You may not use this service, or there is none here.')
  }
  const cookie = cookiePlace(config, new URL(origin).hostname, wanted.place)
  if (cookie === undefined) {
    const text =
      "The hub can sign nobody in there: the service's host is another site. Whoever runs the hub can set forward_auth.cookie_domain to a domain that both are in."
    throw new HubgateError('forbidden', text)
  }
  const { wide, ...attributes } = cookie
  const opened = await openServiceSession(deps.hub, session, { service, wide })
  const maxAge = (opened.expiresAt - deps.hub.clock.now()) / 1000
  const name = serviceCookieName(service)
  const { url } = wanted
  return redirect(url.origin === origin ? url.pathname + url.search : url.href, {
    cookies: [setCookie(config, name, opened.secret, { ...attributes, maxAge })],
  })
}

/**
 * Gives somebody who may use a service with `forward_auth` its cookie, and leads on to it. Strangers
 * sign in first, and learn nothing about the service.
 */
export const showServiceSignIn = memberPage(signIn)
