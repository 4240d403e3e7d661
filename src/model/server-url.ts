/** JupyterHub's path escaping (wire-contract, Notation): all but unreserved characters, `@` and `~`. */
export function escapePath(segment: string): string {
  return encodeURIComponent(segment)
    .replaceAll('%40', '@')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * The path below which a server answers: `/user/ada/`, `/user/ada/gpu/`.
 * @param baseUrl begins and ends with `/`
 */
export function serverPrefix(baseUrl: string, user: string, server: string): string {
  const own = `${baseUrl}user/${escapePath(user)}/`
  return server === '' ? own : `${own}${escapePath(server)}/`
}

/** Where a starting server's progress is streamed (wire-contract §1.6). */
export function progressPath(baseUrl: string, user: string, server: string): string {
  const own = `${baseUrl}hub/api/users/${escapePath(user)}`
  return server === '' ? `${own}/server/progress` : `${own}/servers/${escapePath(server)}/progress`
}
