/** Longer targets are ignored. */
const MAX_LENGTH = 4096

/** Controls (C0, DEL, C1), any white space, and the backslash, which browsers read as a slash. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u0020\u007f-\u009f\s\\]/u

/**
 * The path to go to after signing in or starting a server (threats.md P12). Called again at the
 * moment of the redirect: nothing that passed once is trusted later.
 * @param next as the client sent it
 * @param origin the gateway's own public origin
 * @param fallback where to go when there is no next, or one that is not a path of the same origin
 * @returns a path with query and fragment; never a scheme, a host or `//…`
 */
export function safeNext(next: string | undefined, origin: string, fallback: string): string {
  if (next === undefined || next === '' || next.length > MAX_LENGTH) return fallback
  if (FORBIDDEN.test(next)) return fallback
  const url = URL.parse(next, origin)
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '') {
    return fallback
  }
  // `blob:` and its like take their origin from inside, and have no path of their own.
  if (!/^\/(?!\/)/.test(url.pathname)) return fallback
  return `${url.pathname}${url.search}${url.hash}`
}
