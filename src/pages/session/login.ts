import { clearCookie, LOGIN_COOKIE, PRESESSION_COOKIE, setCookie } from '../../auth/cookies.ts'
import { login as signIn } from '../../auth/login.ts'
import { safeNext } from '../../auth/next.ts'
import { sessionIdCookie } from '../../auth/session-id.ts'
import { isPresessionValid, openPresession, XSRF_FIELD } from '../../auth/xsrf.ts'
import { normalizeUsername } from '../../model/username.ts'
import { formsTo } from '../../views/page-headers.ts'
import { loginPage } from '../../views/session/login-page.ts'
import { field, readForm } from '../form.ts'
import type { ResponseExtras } from '../respond.ts'
import { page, redirect } from '../respond.ts'
import { keepSessionId, strayLoginsOf, whoIsSignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { requireNavigation } from '../visit.ts'
import { leadsTo } from './leads-to.ts'

interface Again {
  next: string
  username?: string
  error?: string
  signedOut?: boolean
}

async function form(visit: Visit, again: Again, extras: ResponseExtras = {}): Promise<Response> {
  const { c, config, hubPath } = visit
  const { cookie, field: xsrf } = openPresession(c.req.header('cookie'))
  const kept = setCookie(config, PRESESSION_COOKIE, cookie, { path: `${hubPath}login` })
  const headers = { ...formsTo(await leadsTo(visit, again.next)), ...extras.headers }
  const cookies = [kept, ...(extras.cookies ?? [])]
  return page(loginPage({ hubPath, xsrf, ...again }), { ...extras, headers, cookies })
}

/** The login form; who is signed in already goes on. */
export async function showLogin(visit: Visit): Promise<Response> {
  requireNavigation(visit)
  const { c, hubPath, origin } = visit
  const next = c.req.query('next')
  const member = await whoIsSignedIn(visit)
  if (member !== undefined) {
    const cookies = strayLoginsOf(visit)
    const answer = redirect(safeNext(next, origin, `${hubPath}home`), { cookies })
    return keepSessionId(visit, member, answer)
  }
  const signedOut = c.req.query('done') === 'signed-out'
  return form(visit, { next: safeNext(next, origin, ''), signedOut })
}

/** Signs in with the login form's fields (wire-contract §8.1). */
export async function login(visit: Visit): Promise<Response> {
  requireNavigation(visit)
  const { c, config, deps, hubPath, origin } = visit
  const sent = await readForm(visit)
  const wanted = field(sent, 'next') ?? c.req.query('next')
  const username = field(sent, 'username') ?? ''
  const again: Again = { next: safeNext(wanted, origin, ''), username: username.slice(0, 255) }
  if (!isPresessionValid(c.req.header('cookie'), field(sent, XSRF_FIELD))) {
    const error = 'Login form invalid or expired. Try again.'
    return form(visit, { ...again, error }, { status: 403 })
  }
  const member = await whoIsSignedIn(visit)
  if (member !== undefined && member.principal.name !== normalizeUsername(username.trim())) {
    // A page of the same origin can have a whole form of its own author's (login CSRF, threats.md P13).
    const error = `You are signed in as ${member.principal.name} here. Sign out first.`
    return form(visit, { ...again, error }, { status: 409, cookies: strayLoginsOf(visit) })
  }
  const outcome = await signIn(
    { hub: deps.hub, authenticator: deps.authenticator(), limit: deps.limit },
    {
      username,
      password: field(sent, 'password') ?? '',
      address: visit.connection.address,
      agent: c.req.header('user-agent'),
      cookieHeader: c.req.header('cookie'),
    },
  )
  if (outcome.answer === 'failed') {
    return form(visit, { ...again, error: 'Invalid username or password' }, { status: 403 })
  }
  if (outcome.answer === 'limited') {
    const error = `Too many failed attempts. Try again in ${outcome.retryAfter} seconds.`
    const headers = { 'Retry-After': String(outcome.retryAfter) }
    return form(visit, { ...again, error }, { status: 429, headers })
  }
  deps.activity.touchUser(outcome.user.id)
  const maxAge = (outcome.session.expiresAt - deps.hub.clock.now()) / 1000
  return redirect(safeNext(wanted, origin, `${hubPath}home`), {
    cookies: [
      setCookie(config, LOGIN_COOKIE, outcome.secret, { path: hubPath, maxAge }),
      sessionIdCookie(config, outcome.session),
      clearCookie(config, PRESESSION_COOKIE, `${hubPath}login`),
    ],
  })
}
