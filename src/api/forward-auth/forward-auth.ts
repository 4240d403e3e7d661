import type { AskedService } from '../../auth/forward-auth/asked-service.ts'
import { askedService } from '../../auth/forward-auth/asked-service.ts'
import { forwardAuth } from '../../auth/forward-auth/forward-auth.ts'
import type { OriginalRequest } from '../../auth/forward-auth/original-request.ts'
import { originalRequest } from '../../auth/forward-auth/original-request.ts'
import { signInPath } from '../../auth/forward-auth/sign-in.ts'
import { HubgateError } from '../../base/errors.ts'
import { Networks } from '../../base/networks.ts'
import type { Config } from '../../config/schema.ts'
import { empty, json } from '../answer.ts'
import type { ApiRequest } from '../api-request.ts'
import { touch } from '../identify.ts'
import type { Answer, OpenCall } from '../route.ts'
import { openEndpoint } from '../route.ts'
import { errorBody } from '../schemas/common.ts'

const trusted = new WeakMap<Config, Networks>()

/** Whether what the peer's headers say of a visitor's request may be believed. */
function isTrusted(config: Config, { peer }: ApiRequest): boolean {
  const networks = trusted.get(config) ?? new Networks(config.trusted_proxies)
  trusted.set(config, networks)
  return peer !== undefined && networks.has(peer)
}

/** Where a browser signs in; without a public URL a path, for a proxy on the hub's own host. */
function signInUrl(config: Config, named: string, next: string | undefined): string {
  const path = signInPath(config, { service: named === '' ? undefined : named, next })
  return config.public_url === undefined ? path : new URL(config.public_url).origin + path
}

/** Whether a person went there, as far as can be told, so that a redirect is of use. */
function isPage({ method, isUpgrade }: AskedService, request: ApiRequest): boolean {
  const mode = request.headers.get('sec-fetch-mode')
  const isRead = method === 'GET' || method === 'HEAD'
  return isRead && !isUpgrade && (mode === null || mode === 'navigate')
}

function askToSignIn(location: string, redirects: boolean): Response {
  if (redirects) {
    const answer = empty(302, 'text/html')
    answer.headers.set('Location', location)
    return answer
  }
  const answer = json({ status: 401, message: 'Sign in, or send a hub token.' }, 401)
  answer.headers.set('WWW-Authenticate', 'Bearer realm="hubgate"')
  // Some proxies send people there themselves: nginx, by error_page.
  answer.headers.set('Location', location)
  return answer
}

function refused(error: HubgateError): Response {
  return json({ status: 403, message: error.publicMessage }, 403)
}

function passed(headers: readonly string[]): Response {
  const answer = empty(200, 'text/plain')
  for (let i = 0; i + 1 < headers.length; i += 2) {
    answer.headers.set(headers[i] ?? '', headers[i + 1] ?? '')
  }
  return answer
}

interface Question {
  original: OriginalRequest
  /** Whether browsers are to be sent to sign in. */
  redirects: boolean
  /** Tokens in the visitor's query, as far as it is known from the question itself. */
  tokens: readonly string[]
}

/** @throws HubgateError `bad_request` when it cannot be told what is asked for */
function readQuestion({ hub, params, request }: OpenCall): Question {
  const { config } = hub.snapshot()
  const query = new URL(request.url).searchParams
  const header = (name: string): string | null => request.headers.get(name)
  const original = originalRequest(header, query, isTrusted(config, request))
  if (params.service === '' && original.url === undefined) {
    const text =
      'Name the service in the path, or its address in ?url= or in the headers of one of trusted_proxies.'
    throw new HubgateError('bad_request', text)
  }
  return { original, redirects: ['1', 'true'].includes(query.get('redirect') ?? ''), tokens: [] }
}

/** The same where the proxy appends the visitor's path and query: then the query is not the proxy's. */
function readAppended({ hub, request }: OpenCall): Question {
  const { config } = hub.snapshot()
  const header = (name: string): string | null => request.headers.get(name)
  return {
    original: originalRequest(header, new URLSearchParams(), isTrusted(config, request)),
    redirects: header('sec-fetch-mode') === 'navigate',
    tokens: new URL(request.url).searchParams.getAll('token'),
  }
}

async function answer(
  call: OpenCall,
  { original, redirects, tokens }: Question,
): Promise<Response> {
  const { deps, hub, params, request } = call
  const { config } = hub.snapshot()
  const header = (name: string): string | null => request.headers.get(name)
  const { host } = new URL(request.url)
  const asked = askedService(config, params.service, original, {
    method: request.method,
    host,
    header,
  })
  const decision = await forwardAuth(deps, {
    ...asked,
    queryTokens: [...asked.queryTokens, ...tokens],
    authorization: header('authorization') ?? undefined,
    cookieHeader: header('cookie') ?? undefined,
    host: undefined,
    tls: false,
    origin: header('origin') ?? undefined,
    secFetchSite: header('sec-fetch-site') ?? undefined,
    secFetchMode: header('sec-fetch-mode') ?? undefined,
    secFetchDest: header('sec-fetch-dest') ?? undefined,
  })
  if (decision.answer === 'pass') {
    touch(deps, decision.principal)
    return passed(decision.headers)
  }
  const location = signInUrl(config, params.service, original.url)
  if (decision.answer === 'sign-in') {
    return askToSignIn(location, redirects && isPage(asked, request))
  }
  const isUnknown = decision.error.code === 'unauthenticated'
  return isUnknown ? askToSignIn(location, false) : refused(decision.error)
}

const ANSWERS: Readonly<Record<number, Answer>> = {
  200: {
    description: 'The visitor may. The headers tell the service who it is.',
    type: 'text/plain',
    headers: {
      'X-Hubgate-User': 'The name of the user or service.',
      'X-Hubgate-Groups': "The user's groups, separated by commas, each percent-encoded.",
      'X-Hubgate-Scopes': 'What the service asked for, and custom scopes.',
      'X-Hubgate-Kind': 'user or service.',
      'X-Hubgate-Jwt': 'All of it, signed.',
    },
  },
  302: { description: 'With ?redirect=1: a browser is to sign in.', type: 'text/html' },
  400: { description: 'It cannot be told what is asked for.', schema: errorBody },
  401: {
    description: 'There is no credential, or a bad one. Location is where to sign in.',
    schema: errorBody,
    headers: { Location: 'Where a browser signs in.' },
  },
  403: { description: 'The visitor may not, or there is no such service.', schema: errorBody },
}

/** `/forward-auth` and `/forward-auth/{service}`: what other proxies ask about each request. */
export const forwardAuthEndpoint = openEndpoint({
  summary: 'Ask, as a proxy, whether a visitor may use a service, and who it is',
  answers: ANSWERS,
  handle: (call) => answer(call, readQuestion(call)),
})

/** `/forward-auth/{service}/{rest}`: for proxies that append the visitor's own path and query (Envoy). */
export const appendedForwardAuthEndpoint = openEndpoint({
  summary: "The same for a proxy that appends the visitor's path and query",
  answers: { ...ANSWERS, 302: { description: 'A browser is to sign in.', type: 'text/html' } },
  handle: (call) => answer(call, readAppended(call)),
})
