import { ROUTES } from '../../src/api/routes.ts'
import type { Call } from './notation.ts'
import { NOT_OF_HUBGATE } from './reviewed.ts'
import type { JupyterHubRoute } from './sides/jupyterhub.ts'

interface Sent {
  method: string
  /** Below `/hub`, without a query: `/api/users/ada`. */
  path: string
}

const templatePattern = (template: string): RegExp =>
  new RegExp(`^/api${template.replace(/\{\w+\}/g, '[^/]+').replace(/^\/$/, '/?')}$`)

/** Knows which of JupyterHub's routes the cases have exercised. */
export class Coverage {
  readonly #sent: Sent[] = []

  note(call: Call): void {
    const [method = '', target = ''] = call.request.split(' ', 2)
    const [path = ''] = target.split('?')
    const below = path.startsWith('/hub/') ? path.slice('/hub'.length) : `/api${path}`
    this.#sent.push({ method, path: below })
  }

  /** Routes that no case exercises, and those that hubgate does not have without a word about it. */
  faults(routes: readonly JupyterHubRoute[]): string[] {
    const listed = new Set<string>()
    const faults = routes.flatMap((route) =>
      route.methods.flatMap((method) => this.#faultsOf(route, method, listed)),
    )
    const stale = Object.keys(NOT_OF_HUBGATE).filter((route) => !listed.has(route))
    return [...faults, ...stale.map((route) => `${route}: listed as not of hubgate, but it is`)]
  }

  #faultsOf({ pattern }: JupyterHubRoute, method: string, listed: Set<string>): string[] {
    const route = `${method} ${pattern}`
    const isTheirs = new RegExp(`^${pattern}$`)
    const sent = this.#sent.filter((one) => one.method === method && isTheirs.test(one.path))
    if (route in NOT_OF_HUBGATE) {
      if (sent.some(hasRoute)) return []
      listed.add(route)
      return []
    }
    if (sent.length === 0) return [`${route}: no case sends such a request`]
    return sent.some(hasRoute) ? [] : [`${route}: hubgate has no such route`]
  }
}

/** The routes of the OAuth provider, which are no part of the API's table. */
const OAUTH: ReadonlySet<string> = new Set([
  'GET /api/oauth2/authorize',
  'POST /api/oauth2/authorize',
  'POST /api/oauth2/token',
])

function hasRoute({ method, path }: Sent): boolean {
  if (OAUTH.has(`${method} ${path}`)) return true
  return ROUTES.some((route) => route.method === method && templatePattern(route.path).test(path))
}
