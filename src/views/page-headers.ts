/**
 * The headers of every HTML page of the hub (threats.md P17 to P20). User content below `/user/`
 * shares the origin, so pages cannot be framed, are cut off from windows that opened them, run no
 * inline script, and leave nothing in caches or in `Referer`.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=UTF-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/**
 * Holds a page to the hub's own files and addresses, by a second policy: what users' servers serve is
 * of the same origin, which is all that the first one asks for. Each must allow a thing, so that `*`
 * here means our host.
 * @param answer whose headers can be changed
 * @param hubPath `/hub/`
 * @returns the same answer
 */
export function onlyOfHub(answer: Response, hubPath: string): Response {
  const { headers } = answer
  if (headers.get('content-type') !== PAGE_HEADERS['Content-Type']) return answer
  const at = (...folders: string[]): string =>
    folders.map((folder) => `*:*${hubPath}${folder}`).join(' ')
  const files = at('static/', 'api/docs/')
  const policy = `script-src ${files}; style-src ${files}; connect-src ${at('')}`
  headers.append('Content-Security-Policy', policy)
  return answer
}

/** An origin as a policy may name it: nothing in it ends the directive. */
const ORIGIN = /^https?:\/\/[\w.:[\]-]+$/

/**
 * The headers that let a page's form end up elsewhere: browsers hold the redirects behind a form to
 * its page's policy.
 * @param uri a URL, or a path of our own origin
 */
export function formsTo(uri: string): Record<string, string> {
  const policy = PAGE_HEADERS['Content-Security-Policy'] ?? ''
  const origin = URL.parse(uri)?.origin ?? ''
  if (!ORIGIN.test(origin)) return { 'Content-Security-Policy': policy }
  const wider = policy.replace("form-action 'self'", `form-action 'self' ${origin}`)
  return { 'Content-Security-Policy': wider }
}
