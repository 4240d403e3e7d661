import type { OriginFacts } from '../auth/origin.ts'
import { expectedOrigin, isForeignSite } from '../auth/origin.ts'
import { isXsrfValid, XSRF_FIELD, XSRF_HEADERS } from '../auth/xsrf.ts'
import { HubgateError } from '../base/errors.ts'
import type { SessionRecord } from '../hub/records.ts'
import type { ApiRequest } from './api-request.ts'

function isForeign(request: ApiRequest, publicUrl: string | undefined): boolean {
  const url = new URL(request.url)
  const secFetchSite = request.headers.get('sec-fetch-site') ?? undefined
  const facts: Pick<OriginFacts, 'host' | 'tls' | 'secFetchSite'> = {
    host: url.host,
    tls: url.protocol === 'https:',
    secFetchSite,
  }
  const origin = request.headers.get('origin')
  return isForeignSite(facts) || (origin !== null && origin !== expectedOrigin(publicUrl, facts))
}

function xsrfOf(request: ApiRequest): string | undefined {
  const sent = XSRF_HEADERS.map((name) => request.headers.get(name)).find((value) => value !== null)
  return sent ?? new URL(request.url).searchParams.get(XSRF_FIELD) ?? undefined
}

/** Whether a form may have sent the body: what JupyterHub takes for a request without credentials. */
function isForm(request: ApiRequest): boolean {
  const type = request.headers.get('content-type')
  if (request.method !== 'POST' || type === null) return false
  return !type.split(';').some((part) => part.trim().toLowerCase() === 'application/json')
}

/**
 * What a request must show beside the login cookie (threats P13, P17): it comes from no other site and
 * carries the session's `_xsrf` value. Nothing exempts from it, reading neither: content of a user's
 * own server shares the origin, and could read what the visitor may.
 * @throws HubgateError `forbidden`, `xsrf`, `unauthenticated`
 */
export function checkCookieRequest(
  request: ApiRequest,
  session: SessionRecord,
  publicUrl: string | undefined,
): void {
  if (isForeign(request, publicUrl)) {
    throw new HubgateError(
      'forbidden',
      'Pages of other sites cannot use this API with your cookie.',
    )
  }
  if (isForm(request)) throw new HubgateError('unauthenticated')
  if (!isXsrfValid(session, xsrfOf(request))) throw new HubgateError('xsrf')
}
