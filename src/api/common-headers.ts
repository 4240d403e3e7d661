import type { MiddlewareHandler } from 'hono'
import { JUPYTERHUB_VERSION } from './version.ts'

/** What every answer of the API carries (wire-contract §1.1; threats P18, P20). */
const HEADERS: readonly (readonly [string, string])[] = [
  ['X-JupyterHub-Version', JUPYTERHUB_VERSION],
  ['Access-Control-Allow-Headers', 'accept, content-type, authorization'],
  ['Content-Security-Policy', "frame-ancestors 'none'; default-src 'none'"],
  ['Cache-Control', 'no-store'],
  ['X-Content-Type-Options', 'nosniff'],
]

/** Sets the headers of every answer, errors too; a handler's own `Cache-Control` stays. */
export const commonHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  for (const [name, value] of HEADERS) {
    if (name !== 'Cache-Control' || !context.res.headers.has(name)) {
      context.res.headers.set(name, value)
    }
  }
}
