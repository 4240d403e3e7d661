import { PAGE_HEADERS } from '../views/page-headers.ts'

export interface ResponseExtras {
  status?: number
  /** Whole `Set-Cookie` lines. */
  cookies?: readonly string[]
  headers?: Readonly<Record<string, string>>
}

function withExtras(headers: Headers, extras: ResponseExtras): Headers {
  for (const [name, value] of Object.entries(extras.headers ?? {})) headers.set(name, value)
  for (const cookie of extras.cookies ?? []) headers.append('Set-Cookie', cookie)
  return headers
}

/** A page, with every header that a page of the hub has. */
export function page(body: string, extras: ResponseExtras = {}): Response {
  const headers = withExtras(new Headers(PAGE_HEADERS), extras)
  return new Response(body, { status: extras.status ?? 200, headers })
}

/** @param location a path of this origin; checked by the caller at this moment */
export function redirect(location: string, extras: ResponseExtras = {}): Response {
  const headers = withExtras(new Headers(PAGE_HEADERS), extras)
  headers.delete('Content-Type')
  headers.set('Location', location)
  return new Response(null, { status: extras.status ?? 302, headers })
}

/** JSON for a client that is no browser. */
export function json(body: unknown, extras: ResponseExtras = {}): Response {
  const headers = withExtras(new Headers(PAGE_HEADERS), extras)
  headers.set('Content-Type', 'application/json')
  return new Response(JSON.stringify(body), { status: extras.status ?? 200, headers })
}
