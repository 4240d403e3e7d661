/** Who is always there: the admin whose token most requests carry. */
export const ADMIN = 'root'

/** Groups that users are added to. */
export const GROUPS = 1_000

export const groupName = (n: number): string => `project-${n}`

/** A hub that is measured. */
export interface Subject {
  name: 'JupyterHub' | 'hubgate'
  port: number
  pid: number
  /** A token of the admin that the hub made itself. */
  admin: string
  /** Tokens of as many users, the first ones, that the hub made itself. */
  tokens: readonly string[]
}

/** An answer of a hub that succeeded. */
export interface Answer {
  status: number
  body: unknown
}

/** One request with JSON and a token, outside of what is measured. */
export async function ask(
  port: number,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/hub/api${path}`, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** Makes a token through the API, with all that its owner may do. */
export async function makeToken(port: number, asker: string, user: string): Promise<string> {
  const { body } = await ask(port, asker, 'POST', `/users/${user}/tokens`, { note: 'bench' })
  return (body as { token: string }).token
}
