import type { Expected, Reviewed } from '../review.ts'

/** Cases in which only what the error says differs: case → what JupyterHub says, what hubgate says. */
export type Messages = Readonly<Record<string, readonly [jupyterhub: Expected, hubgate: Expected]>>

/**
 * Differences with one reason and one pair of statuses.
 * @param why the reason
 * @param status what both answer, or JupyterHub and hubgate
 */
export function messages(
  why: string,
  status: NonNullable<Reviewed['status']>,
  rows: Messages,
): Reviewed[] {
  return Object.entries(rows).map(([name, both]) => ({
    why,
    cases: [name],
    status,
    differs: { 'body.message': both },
  }))
}

/** JupyterHub does what it should not, hubgate says why not: case → hubgate's message. */
export function refused(
  why: string,
  status: readonly [jupyterhub: number, hubgate: number],
  rows: Readonly<Record<string, string | RegExp>>,
): Reviewed[] {
  return Object.entries(rows).map(([name, message]) => ({
    why,
    cases: [name],
    status,
    differs: { body: [/^/, new RegExp(`"message":${quoted(message)}`)] },
  }))
}

const quoted = (message: string | RegExp): string =>
  message instanceof RegExp
    ? message.source
    : JSON.stringify(message).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
