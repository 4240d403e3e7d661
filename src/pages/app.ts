import type { Context } from 'hono'
import { Hono } from 'hono'
import { hubPath } from '../auth/cookies.ts'
import { SERVICE_SIGN_IN } from '../auth/forward-auth/sign-in.ts'
import { LoginLimit } from '../auth/login-limit.ts'
import { HubgateError } from '../base/errors.ts'
import { showHome } from './home/home.ts'
import { showServiceSignIn } from './home/service-sign-in.ts'
import { redirect } from './respond.ts'
import { showSpawn, spawn } from './servers/spawn.ts'
import { showSpawnPending } from './servers/spawn-pending.ts'
import { stop } from './servers/stop.ts'
import { showUserServer } from './servers/user-server.ts'
import { login, showLogin } from './session/login.ts'
import { logout, showLogout } from './session/logout.ts'
import { endOtherSessions, endSession } from './session/sessions.ts'
import { acceptShare, showAcceptShare } from './shares/accept-share.ts'
import { showStatic } from './static.ts'
import type { PagesDeps, Visit } from './visit.ts'
import { openVisit } from './visit.ts'

type Handler = (visit: Visit) => Promise<Response> | Response

interface Page {
  path: string
  get?: Handler
  post?: Handler
}

/** Every page, and all that can be done on one. A GET changes nothing. */
const PAGES: readonly Page[] = [
  { path: '/home', get: showHome },
  { path: '/login', get: showLogin, post: login },
  { path: '/logout', get: showLogout, post: logout },
  { path: '/sessions/:session/end', post: endSession },
  { path: '/sessions/end-others', post: endOtherSessions },
  { path: `/${SERVICE_SIGN_IN}`, get: showServiceSignIn },
  { path: '/spawn', get: showSpawn, post: spawn },
  { path: '/spawn/:user', get: showSpawn, post: spawn },
  { path: '/spawn/:user/:server', get: showSpawn, post: spawn },
  { path: '/stop/:user', post: stop },
  { path: '/stop/:user/:server', post: stop },
  { path: '/spawn-pending/:user', get: showSpawnPending },
  { path: '/spawn-pending/:user/:server', get: showSpawnPending },
  { path: '/accept-share', get: showAcceptShare, post: acceptShare },
  { path: '/static/:file', get: showStatic },
]

function notAllowed(): never {
  throw new HubgateError('method_not_allowed')
}

/** The hub's pages, to be mounted at `{base}hub`, beside the API. Errors are left to the edge. */
export function buildPages(given: PagesDeps): Hono {
  const app = new Hono()
  const deps = { ...given, limit: given.limit ?? new LoginLimit(given.hub.clock) }
  const on = (handler: Handler) => async (c: Context) => handler(openVisit(c, deps))

  for (const { path, get, post } of PAGES) {
    if (get !== undefined) app.get(path, on(get))
    if (post !== undefined) app.post(path, on(post))
    app.all(path, notAllowed)
  }

  app.on(['GET', 'POST', 'PATCH', 'DELETE'], '/user/*', async (c) => {
    // Hono answers HEAD with what GET would do; this page does more than show (wire-contract §8.3).
    if (c.req.method === 'HEAD') notAllowed()
    return showUserServer(openVisit(c, deps))
  })
  app.all('/user/*', notAllowed)

  app.get('/*', async (c, next) => {
    const root = hubPath(deps.hub.snapshot().config)
    if (c.req.path === root) return showHome(openVisit(c, deps))
    if (`${c.req.path}/` === root) return redirect(root, { status: 301 })
    return next()
  })
  return app
}
