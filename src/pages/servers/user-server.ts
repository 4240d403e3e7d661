import { serverCookieName, setCookie } from '../../auth/cookies.ts'
import { identifyToken } from '../../auth/identify-token.ts'
import { isForeignSite } from '../../auth/origin.ts'
import { HubgateError } from '../../base/errors.ts'
import { openServerSession } from '../../hub/identity/server-sessions.ts'
import { findServer } from '../../hub/servers/servers.ts'
import type { Principal } from '../../model/principal.ts'
import { notRunningMessage, serverPrefix } from '../../model/server-url.ts'
import { normalizeUsername } from '../../model/username.ts'
import { notRunningPage } from '../../views/servers/not-running-page.ts'
import { json, page, redirect } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { keepSessionId, toLogin, whoIsSignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { chosenLine } from './options-form.ts'
import type { ServerPath } from './server-path.ts'
import { countRedirects, parseServerPath, prefersJson } from './server-path.ts'
import { toPending } from './spawn.ts'
import type { Target } from './target.ts'
import { findTarget, may, requireOwner, stateOf, targetPath } from './target.ts'

/** So many times in a row a browser is sent on before that is called a loop (wire-contract §8.3). */
const MAX_REDIRECTS = 4

interface Wanted {
  target: Target
  /** What follows the server's prefix, as sent. */
  rest: string
  search: string
  /** Rather an API's client than a person. */
  isApi: boolean
}

function pathOf(visit: Visit): ServerPath & { search: string } {
  const { pathname, search } = new URL(visit.c.req.url)
  const path = parseServerPath(pathname.slice(`${visit.hubPath}user/`.length))
  if (path === undefined) throw new HubgateError('invalid_target')
  return { ...path, search }
}

async function resolve(visit: Visit): Promise<Wanted> {
  const { c, config, deps } = visit
  const { user, first, afterUser, afterFirst, search } = pathOf(visit)
  const named =
    config.allow_named_servers &&
    first !== '' &&
    (await findServer(deps.hub, normalizeUsername(user), first)) !== undefined
  return {
    target: await findTarget(visit, user, named ? first : ''),
    rest: named ? afterFirst : afterUser,
    search,
    isApi: prefersJson(c.req.header('accept')) || afterUser.split('/').includes('api'),
  }
}

async function toReadyServer(
  visit: Visit,
  { target, rest, search }: Wanted,
  member: SignedIn | undefined,
): Promise<Response> {
  const { config, deps } = visit
  const prefix = serverPrefix(config.base_url, target.user, target.server)
  const redirects = countRedirects(search)
  if (redirects.count >= MAX_REDIRECTS) {
    throw new HubgateError(
      'internal',
      'Redirect loop detected. Allow cookies for this site, and open it at its public address.',
    )
  }
  const location = `${prefix}${rest}${redirects.search}`
  // A server that checks visitors itself signs them in, and has a cookie of its own.
  if (member === undefined || target.record?.auth === 'oauth') return redirect(location)
  const server = { user: target.user, name: target.server }
  const opened = await openServerSession(deps.hub, member.session, server)
  const maxAge = (opened.expiresAt - deps.hub.clock.now()) / 1000
  const name = serverCookieName(target.user, target.server)
  return redirect(location, {
    cookies: [setCookie(config, name, opened.secret, { path: prefix, maxAge })],
  })
}

/** JupyterHub's answer to clients of a server that is not running: `message` and nothing else. */
function notRunningJson({ config, hubPath, origin }: Visit, { target, rest }: Wanted): Response {
  const path = serverPrefix(config.base_url, target.user, target.server) + rest
  const message = notRunningMessage(path, origin + hubPath, target.user, target.server)
  return json({ message }, { status: 424 })
}

function notRunning(visit: Visit, wanted: Wanted, member: SignedIn | undefined): Response {
  const { hubPath, config } = visit
  const { target, rest, search } = wanted
  if (wanted.isApi || member === undefined) return notRunningJson(visit, wanted)
  const next = serverPrefix(config.base_url, target.user, target.server) + rest + search
  if (stateOf(target.record) !== 'stopped') return toPending(visit, target, next)
  return page(
    notRunningPage({
      hubPath,
      viewer: member.viewer,
      user: target.user,
      server: target.server,
      startHref: `${hubPath}spawn/${targetPath(target)}`,
      next,
      mayStart: may(member.principal, 'start:servers', target),
      chosen: chosenLine(config.spawner.profiles, target.record),
    }),
    { status: 424 },
  )
}

interface Caller {
  principal: Principal
  /** Undefined for a token. */
  member: SignedIn | undefined
}

/** @throws HubgateError for a token that is no good: it does not fall back to the cookie */
async function identify(visit: Visit): Promise<Caller | undefined> {
  const identity = await identifyToken(visit.deps.hub, visit.c.req.header('authorization'))
  if (identity.answer === 'refused') throw identity.error
  if (identity.answer === 'principal') return { principal: identity.principal, member: undefined }
  const member = await whoIsSignedIn(visit)
  return member === undefined ? undefined : { principal: member.principal, member }
}

function requireOwnSite({ facts }: Visit): void {
  if (isForeignSite(facts) && facts.secFetchMode !== 'navigate') {
    throw new HubgateError('forbidden', 'Pages of other sites cannot read this with your cookie.')
  }
}

/**
 * Where a visitor of a server comes who may not pass, or whose server does not run (wire-contract
 * §8.3): signs in, gets the server's own cookie and goes on, or is told how to start it. Other
 * methods than GET are a client's, and are told that it does not run. Nothing is started here.
 */
export async function showUserServer(visit: Visit): Promise<Response> {
  requireOwnSite(visit)
  const wanted = await resolve(visit)
  const caller = await identify(visit)
  const isGet = visit.facts.method === 'GET'
  if (caller === undefined) {
    if (isGet && !wanted.isApi) return toLogin(visit)
    throw new HubgateError('unauthenticated')
  }
  if (!may(caller.principal, 'access:servers', wanted.target)) throw new HubgateError('no_access')
  requireOwner(wanted.target)
  if (!isGet) return notRunningJson(visit, wanted)
  const answer =
    stateOf(wanted.target.record) === 'running'
      ? await toReadyServer(visit, wanted, caller.member)
      : notRunning(visit, wanted, caller.member)
  return caller.member === undefined ? answer : keepSessionId(visit, caller.member, answer)
}
