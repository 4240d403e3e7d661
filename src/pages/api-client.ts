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
 * Asks the REST API in the visitor's own name, with the visitor's own cookie: what a page may show
 * and do is decided there, by the same rules as for every other client.
 * @param path below `{base}hub/api`, begins with a slash; its names are escaped by the caller
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
  const body = json === undefined ? null : JSON.stringify(json)
  const answer = await deps.api(new Request(url, { method, headers, body }))
  const text = await answer.text()
  const parsed: unknown = text === '' ? null : JSON.parse(text)
  if (answer.ok) return { ok: true, status: answer.status, body: parsed as Body }
  const { message } = parsed as { message?: string }
  return { ok: false, status: answer.status, message: message ?? 'The hub could not do this.' }
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
