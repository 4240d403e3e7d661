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

/**
 * What clients are told of a server that does not run (wire-contract §8.3); some match its beginning.
 * @param path what was asked for, as sent
 * @param hubUrl with the origin, `https://hub.example.org/hub/`
 */
export function notRunningMessage(
  path: string,
  hubUrl: string,
  user: string,
  server: string,
): string {
  const name = [user, ...(server === '' ? [] : [server])].map(escapePath).join('/')
  return `JupyterHub server no longer running at ${path}. Restart the server at ${hubUrl}spawn/${name}`
}
