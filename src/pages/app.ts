import type { Context } from 'hono'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { hubPath } from '../auth/cookies.ts'
import { LoginLimit } from '../auth/login-limit.ts'
import { HubgateError } from '../base/errors.ts'
import { onlyOfHub } from '../views/page-headers.ts'
import { ADMIN_PAGES } from './admin/routes.ts'
import { showHome } from './home/home.ts'
import { HOME_PAGES } from './home/routes.ts'
import type { Handler } from './page.ts'
import { redirect } from './respond.ts'
import { SERVER_PAGES } from './servers/routes.ts'
import { showUserServer } from './servers/user-server.ts'
import { SESSION_PAGES } from './session/routes.ts'
import { SHARE_PAGES } from './shares/routes.ts'
import { showStatic } from './static.ts'
import { TOKEN_PAGES } from './tokens/routes.ts'
import type { PagesDeps } from './visit.ts'
import { openVisit } from './visit.ts'

/** Every page, and all that can be done on one. */
const PAGES = [
  ...HOME_PAGES,
  ...SESSION_PAGES,
  ...SERVER_PAGES,
  ...TOKEN_PAGES,
  ...SHARE_PAGES,
  ...ADMIN_PAGES,
  { path: '/static/:file', get: showStatic },
]

function notAllowed(): never {
  throw new HubgateError('method_not_allowed')
}

/** The hub's pages, to be mounted at `{base}hub`, beside the API. Errors are left to the edge. */
export function buildPages(given: PagesDeps): Hono {
  const app = new Hono()
  const deps = { ...given, limit: given.limit ?? new LoginLimit(given.hub.clock) }
  const on = (handler: Handler) => async (c: Context) => {
    const visit = openVisit(c, deps)
    return onlyOfHub(await handler(visit), visit.hubPath)
  }
  const onUserServer = on(showUserServer)
  const onHome = on(showHome)

  app.use('/static/*', compress())
  for (const { path, get, post } of PAGES) {
    if (get !== undefined) app.get(path, on(get))
    if (post !== undefined) app.post(path, on(post))
    app.all(path, notAllowed)
  }

  app.on(['GET', 'POST', 'PATCH', 'DELETE'], '/user/*', async (c) => {
    // Hono answers HEAD with what GET would do; this page does more than show (wire-contract §8.3).
    if (c.req.method === 'HEAD') notAllowed()
    return onUserServer(c)
  })
  app.all('/user/*', notAllowed)

  app.get('/*', async (c, next) => {
    const root = hubPath(deps.hub.snapshot().config)
    if (c.req.path === root) return onHome(c)
    if (`${c.req.path}/` === root) return redirect(root, { status: 301 })
    return next()
  })
  return app
}
