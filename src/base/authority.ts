/** RFC 3986 `host [":" port]` without the spellings that no browser sends. */
const AUTHORITY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/

/** Whether a text is a host, a name or an address, with or without a port. */
export const isAuthority = (text: string): boolean => AUTHORITY.test(text)

/**
 * An authority as it can be compared: in lower case, without the dot at the end of a full name.
 * @param authority one for which {@link isAuthority} holds
 */
export function comparable(authority: string): { host: string; port: string } {
  const colon = authority.lastIndexOf(':')
  const hasPort = colon > authority.lastIndexOf(']')
  const host = (hasPort ? authority.slice(0, colon) : authority).toLowerCase()
  const port = hasPort ? authority.slice(colon + 1) : ''
  return { host: host.endsWith('.') ? host.slice(0, -1) : host, port }
}
