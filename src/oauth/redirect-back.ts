import { redirect } from '../pages/respond.ts'
import type { OAuthFault } from './fault.ts'

/** Bytes that a header cannot carry, as a browser would encode them. */
function asciiOnly(uri: string): string {
  return uri.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
}

/**
 * Sends the browser back to the client.
 * @param redirectUri the client's own, as registered; it has no fragment
 * @param answer the parameters of the answer; those without a value are left out
 */
export function redirectBack(
  redirectUri: string,
  answer: Readonly<Record<string, string | undefined>>,
): Response {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined && value !== '') query.set(name, value)
  }
  const mark = redirectUri.includes('?') ? '&' : '?'
  return redirect(asciiOnly(`${redirectUri}${mark}${query.toString()}`))
}

/** Tells the client what is wrong (RFC 6749 §4.1.2.1). */
export function redirectFault(
  redirectUri: string,
  { code, description }: OAuthFault,
  state: string | undefined,
): Response {
  return redirectBack(redirectUri, { error: code, error_description: description, state })
}
