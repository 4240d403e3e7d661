import type { RouteRequest } from '../../src/auth/allow-route.ts'
import { serverCookieName } from '../../src/auth/cookies.ts'
import { openServerSession } from '../../src/hub/identity/server-sessions.ts'
import { closeSession } from '../../src/hub/identity/session-ends.ts'
import { openSession } from '../../src/hub/identity/sessions.ts'
import { issueToken, revokeToken } from '../../src/hub/tokens/tokens.ts'
import type { UserRecord } from '../../src/model/user.ts'
import type { ConfigInput, TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'
import { makeUser, ownerOf } from '../support/people.ts'

export const OWN = 'http://hub.example'

/** A GET for ada's default server, without a credential, as far as nothing else is given. */
export function routeRequest(given: Partial<RouteRequest>): RouteRequest {
  return {
    method: 'GET',
    isUpgrade: false,
    host: 'hub.example',
    tls: false,
    origin: undefined,
    secFetchSite: undefined,
    secFetchMode: undefined,
    secFetchDest: undefined,
    authorization: undefined,
    queryToken: undefined,
    cookieHeader: undefined,
    user: 'ada',
    server: '',
    ...given,
  }
}

function tokens(hub: TestHub) {
  return (owner: UserRecord, scope: string, expiresAt: number | null = null) =>
    issueToken(hub, { owner: ownerOf(owner), scopes: [scope], note: '', expiresAt })
}

async function serverCookie(hub: TestHub, user: UserRecord, signOut = false) {
  const { secret: loginSecret, session } = await openSession(hub, user)
  const { secret } = await openServerSession(hub, session, { user: 'ada', name: '' })
  if (signOut) await closeSession(hub, loginSecret)
  return { loginSecret, secret, cookie: `${serverCookieName('ada', '')}=${secret}` }
}

/** Every kind of credential there is for ada's default server, good and bad. */
export async function setUpRoute(config: ConfigInput = {}, keep = false) {
  const hub = await openTestHub({
    config: { api_tokens: { 'config-secret': 'ada' }, ...config },
    keep,
  })
  const [ada, eve] = [await makeUser(hub, 'ada'), await makeUser(hub, 'eve')]
  await makeUser(hub, 'grace')
  const issue = tokens(hub)
  const own = 'access:servers!server=ada/'
  const notebook = await issue(ada, own)
  const wide = await issue(ada, 'access:servers!user=ada')
  const strangers = await issue(eve, 'access:servers!user=eve')
  const hubToken = await issue(ada, 'inherit')
  const expired = await issue(ada, own, hub.clock.now() + 1000)
  const revoked = await issue(ada, own)
  await revokeToken(hub, ownerOf(ada), revoked.record.id)
  hub.clock.advance(1000)
  const adas = await serverCookie(hub, ada)
  return {
    hub,
    notebook: notebook.token,
    wide: wide.token,
    strangers: strangers.token,
    hubToken: hubToken.token,
    expired: expired.token,
    revoked: revoked.token,
    cookieName: serverCookieName('ada', ''),
    cookie: adas.cookie,
    cookieSecret: adas.secret,
    loginSecret: adas.loginSecret,
    signedOut: (await serverCookie(hub, ada, true)).cookie,
    intruder: (await serverCookie(hub, eve)).cookie,
  }
}
