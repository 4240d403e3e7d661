import type { FailedRequest, RenderError } from '../api/deps.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { withoutSecrets } from '../base/redact-path.ts'
import { errorPage } from '../views/error-page.ts'
import { onlyOfHub, PAGE_HEADERS } from '../views/page-headers.ts'

export interface ErrorRendererOptions {
  log: Log
  /** The base URL in force, which begins and ends with `/`. */
  baseUrl: () => string
}

/** What a log line keeps of a path. */
const MAX_PATH = 256

/** Errors after which the rest of the request is not read: the connection ends with the answer. */
const UNREAD: ReadonlySet<string> = new Set(['payload_too_large'])

/** What a client is told to wait when the store is away, in seconds. */
const RETRY_AFTER = '2'

const JSON_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  'Content-Security-Policy': "frame-ancestors 'none'; default-src 'none'",
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

function report(log: Log, error: HubgateError, cause: unknown, request: FailedRequest): void {
  const about = {
    event: 'request.failed',
    requestId: request.id,
    path: withoutSecrets(request.path).slice(0, MAX_PATH),
    code: error.code,
    status: error.status,
    ...error.detail,
  }
  if (error.status >= 500) log.error({ ...about, err: cause }, 'request failed')
  else log.debug(about, 'request refused')
}

/** The position of a type in `Accept`, infinite when it is not there: the order decides, as in §8.3. */
function rankOf(accept: string, type: string): number {
  const at = accept
    .split(',')
    .findIndex((part) => part.split(';')[0]?.trim().toLowerCase() === type)
  return at < 0 ? Number.POSITIVE_INFINITY : at
}

/**
 * Whether an error is told as a page: to browsers, and never by the API, but by the one address below
 * it that people open.
 */
function wantsPage({ accept = '', path }: FailedRequest, hubPath: string): boolean {
  const api = `${hubPath}api`
  const isApi = path === api || path.startsWith(`${api}/`)
  if (isApi && path !== `${api}/oauth2/authorize`) return false
  return rankOf(accept, 'text/html') < rankOf(accept, 'application/json')
}

function pageOf(error: HubgateError, hubPath: string, id: string): Response {
  const { hint } = error.body
  const page = errorPage({
    status: error.status,
    code: error.code,
    hubPath,
    message: error.publicMessage,
    advice: typeof hint === 'string' ? hint : undefined,
    requestId: id,
  })
  const headers = {
    ...PAGE_HEADERS,
    ...(error.code === 'unavailable' ? { 'Retry-After': RETRY_AFTER } : {}),
    ...error.headers,
  }
  return onlyOfHub(new Response(page, { status: error.status, headers }), hubPath)
}

/**
 * The only renderer of errors: `{status, message}` and what the error adds for the API and for
 * clients that do not ask for HTML, a page for browsers. What is no {@link HubgateError} says
 * nothing but that it is internal; its cause is in the log.
 */
export function errorRenderer({ log, baseUrl }: ErrorRendererOptions): RenderError {
  return (thrown, request) => {
    const error = thrown instanceof HubgateError ? thrown : new HubgateError('internal')
    report(log, error, thrown, request)
    const hubPath = `${baseUrl()}hub/`
    if (wantsPage(request, hubPath)) return pageOf(error, hubPath, request.id)
    const { status, publicMessage: message } = error
    const ending = UNREAD.has(error.code) ? { Connection: 'close' } : {}
    const later = error.code === 'unavailable' ? { 'Retry-After': RETRY_AFTER } : {}
    return Response.json(
      { ...error.body, status, message },
      { status, headers: { ...JSON_HEADERS, ...later, ...error.headers, ...ending } },
    )
  }
}
