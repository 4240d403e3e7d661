import { JUPYTERHUB_VERSION } from './version.ts'

/** What every answer of the API carries (wire-contract §1.1; threats P18, P20). */
export const COMMON_HEADERS: readonly (readonly [string, string])[] = [
  ['X-JupyterHub-Version', JUPYTERHUB_VERSION],
  ['Access-Control-Allow-Headers', 'accept, content-type, authorization'],
  ['Content-Security-Policy', "frame-ancestors 'none'; default-src 'none'"],
  ['Cache-Control', 'no-store'],
  ['X-Content-Type-Options', 'nosniff'],
]

/** What a handler may say otherwise: a page needs a policy of its own. */
const OVERRIDDEN: ReadonlySet<string> = new Set(['Cache-Control', 'Content-Security-Policy'])

/** Sets the headers of every answer, errors too. */
export function setCommonHeaders({ headers }: Response): void {
  for (const [name, value] of COMMON_HEADERS) {
    if (!OVERRIDDEN.has(name) || !headers.has(name)) headers.set(name, value)
  }
}
