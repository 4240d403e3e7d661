import type { ErrorCode } from '../base/errors.ts'
import { HubgateError } from '../base/errors.ts'
import type { SignedIn } from './signed-in.ts'
import type { Visit } from './visit.ts'

/** What the REST API answered to a page. */
export type ApiAnswer<Body> =
  | { ok: true; status: number; body: Body }
  | { ok: false; status: number; message: string }

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ApiRequestInit {
  json?: unknown
  /** Asks for the answer's form, as the media type of pagination. */
  accept?: string
}

/**
 * A name of dots alone is a direction in a URL, whatever it is escaped to, and would lead to another
 * resource than the one that was meant.
 * @throws HubgateError `not_found`
 */
function requireSamePath(url: string): void {
  const [path = ''] = url.split('?', 1)
  if (/\/(?:\.|%2e){1,2}(?=\/|$)/i.test(path)) throw new HubgateError('not_found')
}

/**
 * Asks the REST API in the visitor's own name, with the visitor's own cookie: what a page may show
 * and do is decided there, by the same rules as for every other client.
 * @param path below `{base}hub/api`, begins with a slash; its names are escaped by the caller
 * @throws HubgateError `not_found` for a path that no resource can have
 */
export async function callApi<Body = unknown>(
  { c, deps, hubPath, origin }: Visit,
  { session }: SignedIn,
  method: Method,
  path: string,
  { json, accept = 'application/json' }: ApiRequestInit = {},
): Promise<ApiAnswer<Body>> {
  const headers: Record<string, string> = {
    accept,
    cookie: c.req.header('cookie') ?? '',
    'x-xsrftoken': session.xsrf,
  }
  if (json !== undefined) headers['content-type'] = 'application/json'
  const url = `${origin}${hubPath}api${path}`
  requireSamePath(url)
  const body = json === undefined ? null : JSON.stringify(json)
  const answer = await deps.api(new Request(url, { method, headers, body }))
  const text = await answer.text()
  const parsed: unknown = text === '' ? null : JSON.parse(text)
  if (answer.ok) return { ok: true, status: answer.status, body: parsed as Body }
  const { message } = parsed as { message?: string | null }
  const { status } = answer
  return { ok: false, status, message: message ?? UNTOLD[status] ?? 'The hub could not do this.' }
}

/** What a status says where the API has no text, as JupyterHub's has none. */
const UNTOLD: Readonly<Record<number, string>> = {
  403: 'You may not do this.',
  404: 'It does not exist, or not any more.',
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'too_many_requests',
  503: 'unavailable',
}

/**
 * The body of an answer without which a page cannot be shown.
 * @throws HubgateError as the API told it
 */
export function bodyOf<Body>(answer: ApiAnswer<Body>): Body {
  if (answer.ok) return answer.body
  throw new HubgateError(CODES[answer.status] ?? 'internal', answer.message)
}
