import { COOKIE_PREFIX } from '../auth/cookies.ts'

/** Cookies that belong to the gateway, or to a JupyterHub that was here before it. */
const OWN = [COOKIE_PREFIX, 'jupyterhub-']
/** Cookies that a browser takes for set by the whole host. */
const HOST_WIDE = ['__host-', '__secure-']
const OWS = /^[ \t]+|[ \t]+$/g

function isOwn(name: string): boolean {
  const plain = name.toLowerCase().replace(/^__(?:host|secure)-/, '')
  return OWN.some((prefix) => plain.startsWith(prefix))
}

const trim = (text: string): string => text.replace(OWS, '')

/**
 * A `Cookie` header without the gateway's cookies, otherwise byte for byte (threats.md P8).
 * @returns null when nothing is left
 */
export function forwardedCookies(header: string): string | null {
  const lower = header.toLowerCase()
  if (!OWN.some((prefix) => lower.includes(prefix))) return header
  const parts = header.split(';')
  const kept = parts.filter((part) => !isOwn(trim(part.split('=', 1)[0] ?? '')))
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

function isHarmless(attribute: string, prefix: string): boolean {
  const at = attribute.indexOf('=')
  const name = trim(at < 0 ? attribute : attribute.slice(0, at)).toLowerCase()
  if (name === 'domain') return false
  return name !== 'path' || isWithin(at < 0 ? '' : trim(attribute.slice(at + 1)), prefix)
}

/**
 * Whether a server may set this cookie (threats.md P9): not one of the gateway's names, not for a
 * whole host or domain, not outside its own prefix, and not without a name (a browser would send
 * the value back as if it were one).
 * @param line a `Set-Cookie` value
 * @param prefix the server's, `/user/ada/`
 */
export function maySetCookie(line: string, prefix: string): boolean {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const name = at < 0 ? '' : trim(pair.slice(0, at))
  if (name === '' || isOwn(name)) return false
  if (HOST_WIDE.some((wide) => name.toLowerCase().startsWith(wide))) return false
  return attributes.every((attribute) => isHarmless(attribute, prefix))
}
