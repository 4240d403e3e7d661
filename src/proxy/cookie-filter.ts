import { COOKIE_PREFIX, SESSION_ID_COOKIE } from '../auth/cookies.ts'
import { trimOws } from '../base/trim-ows.ts'

/** The cookies that an upstream has as an OAuth client of the hub (wire-contract §2.5). */
export interface ClientCookies {
  /** The client's id, which is its cookie's name, and how the names of others of its begin. */
  readonly clientId: string
  /**
   * The value that was found good; others of that name are not passed on. Null when none was; left
   * out when the gateway does not look at them.
   */
  readonly accepted?: string | null
}

/** Cookies that belong to the gateway, or to a JupyterHub that was here before it. */
const OWN = [COOKIE_PREFIX, 'jupyterhub-']
/** Cookies that a browser takes for set by the whole host. */
const HOST_WIDE = ['__host-', '__secure-']

/** How the names above begin, in both cases: most others are told by that. */
const FIRST_LETTERS: ReadonlySet<string> = new Set(['h', 'H', 'j', 'J', '_'])

function isOwn(name: string): boolean {
  if (!FIRST_LETTERS.has(name.charAt(0))) return false
  const plain = name.toLowerCase().replace(/^__(?:host|secure)-/, '')
  return OWN.some((prefix) => plain.startsWith(prefix))
}

/** The name of a part of a `Cookie` header. */
function nameOf(part: string): string {
  const at = part.indexOf('=')
  return trimOws(at < 0 ? part : part.slice(0, at))
}

/** The characters of a name (RFC 9110 `token`); servers strip others that a comparison would miss. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Names of the cookies that tie a sign-in to the browser which began it. */
function isSignInState(name: string, clientId: string): boolean {
  return name === `${clientId}-oauth-state` || name.startsWith(`${clientId}-oauth-state-`)
}

function mayHave(part: string, { clientId, accepted }: ClientCookies): boolean {
  const name = nameOf(part)
  if (!NAME.test(name)) return false
  if (name === clientId) {
    return accepted === undefined || trimOws(part.slice(part.indexOf('=') + 1)) === accepted
  }
  return !isOwn(name) || name === SESSION_ID_COOKIE || isSignInState(name, clientId)
}

/** A `Cookie` header for a client of the hub: of each of JupyterHub's own names only what is its. */
function cookiesOfClient(header: string, client: ClientCookies): string | null {
  const kept = header.split(';').filter((part) => mayHave(part, client))
  const text = kept.join(';').trimStart()
  return text === '' ? null : text
}

/**
 * A `Cookie` header without the gateway's cookies, otherwise byte for byte (threats.md P8).
 * @param client who the upstream is as an OAuth client of the hub; null when it is none
 * @returns null when nothing is left
 */
export function forwardedCookies(header: string, client: ClientCookies | null): string | null {
  if (client !== null) return cookiesOfClient(header, client)
  const parts = header.split(';')
  const kept = parts.filter((part) => !isOwn(nameOf(part)))
  if (kept.length === parts.length) return header
  const text = kept.join(';').trimStart()
  return text === '' ? null : text
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** Whether a cookie's `Path` is the server's prefix or below; an empty one is the request's own. */
function isWithin(path: string, prefix: string): boolean {
  if (path === '') return true
  const plain = decoded(path)
  const home = decoded(prefix)
  if (plain === null || home === null || /(?:^|\/)\.{1,2}(?:\/|$)|\\/.test(plain)) return false
  return plain.startsWith(home) || `${plain}/` === home
}

/** A name as the most lenient client reads it: some take more for blanks than spaces and tabs. */
const readName = (written: string): string => written.replace(/[^!-~]+/g, '').toLowerCase()

function isHarmless(attribute: string, prefix: string): boolean {
  const at = attribute.indexOf('=')
  const name = readName(at < 0 ? attribute : attribute.slice(0, at))
  if (name === 'domain') return false
  return name !== 'path' || isWithin(at < 0 ? '' : trimOws(attribute.slice(at + 1)), prefix)
}

function isClients(name: string, clientId: string | null): boolean {
  return clientId !== null && (name === clientId || isSignInState(name, clientId))
}

/**
 * Whether a server may set this cookie (threats.md P9): not one of the gateway's names, not for a
 * whole host or domain, not outside its own prefix, and not without a name (a browser would send
 * the value back as if it were one).
 * @param line a `Set-Cookie` value
 * @param prefix the server's, `/user/ada/`
 * @param clientId the server's id as an OAuth client of the hub, which names cookies of its; null
 *   when it is none
 */
export function maySetCookie(line: string, prefix: string, clientId: string | null): boolean {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const name = at < 0 ? '' : trimOws(pair.slice(0, at))
  const read = readName(name)
  if (read === '' || (isOwn(read) && !isClients(name, clientId))) return false
  if (HOST_WIDE.some((wide) => read.startsWith(wide))) return false
  return attributes.every((attribute) => isHarmless(attribute, prefix))
}
