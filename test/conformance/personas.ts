import { ADMIN_TOKEN } from '../support/gateway-process.ts'
import { exchange } from './exchange.ts'
import { CONFIGURED, SETTING, secretOf } from './setting.ts'
import type { RunningHub } from './side.ts'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

/** Personas without a token of their own, and oddly spelt headers. */
const SPELT: Readonly<Record<string, string>> = {
  'bad-token': 'token 0123456789abcdef0123456789abcdef',
  basic: basic(`root:${SETTING.authenticator.password}`),
  'basic-token': basic(`token:${ADMIN_TOKEN}`),
  'root-Bearer': `Bearer ${ADMIN_TOKEN}`,
  'root-bEARER': `bEARER ${ADMIN_TOKEN}`,
  'root-TOKEN': `TOKEN ${ADMIN_TOKEN}`,
  'root-two-spaces': `token  ${ADMIN_TOKEN}`,
  'root-no-scheme': ADMIN_TOKEN,
  'root-two-words': `token ${ADMIN_TOKEN} more`,
  'root-upper-case': `token ${ADMIN_TOKEN.toUpperCase()}`,
  'empty-token': 'token ',
}

const HEADER_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CONFIGURED.map((name) => [name, `token ${secretOf(name)}`])),
  root: `token ${ADMIN_TOKEN}`,
  ...SPELT,
}

/** Adds what `Set-Cookie` sets and removes what it clears. */
function takeCookies(jar: Map<string, string>, header: string | undefined): void {
  for (const [, name = '', value = ''] of (header ?? '').matchAll(/(?:^|, )([^=;, ]+)=([^;]*);/g)) {
    if (value === '' || value === '""') jar.delete(name)
    else jar.set(name, value)
  }
}

const cookieHeader = (jar: Map<string, string>): string =>
  [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

const hiddenXsrf = (page: string): string => /name="_xsrf"\s+value="([^"]*)"/.exec(page)?.[1] ?? ''

interface Session {
  cookie: string
  xsrf: string
}

/** Signs in with the hub's own form, as a browser does. */
async function signIn(hub: RunningHub, username: string): Promise<Session> {
  const jar = new Map<string, string>()
  const visit = async (method: string, path: string, form?: Record<string, string>) => {
    const headers = {
      cookie: cookieHeader(jar),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    }
    const body = form === undefined ? undefined : new URLSearchParams(form).toString()
    const answer = await exchange(hub.port, { method, path, headers, body })
    takeCookies(jar, answer.headers['set-cookie'])
    return answer
  }
  const page = await visit('GET', '/hub/login')
  const form = { username, password: SETTING.authenticator.password, _xsrf: hiddenXsrf(page.text) }
  const done = await visit('POST', '/hub/login', form)
  if (done.status !== 302) throw new Error(`${hub.name}: signing in answered ${done.status}`)
  const home = await visit('GET', '/hub/home')
  const xsrf = hiddenXsrf(home.text) || jar.get('_xsrf') || ''
  return { cookie: cookieHeader(jar), xsrf }
}

/**
 * The headers by which a persona says who it is. `session:ada` is ada signed in with a browser that
 * sends the XSRF value, `session-alone:ada` one that does not.
 * @param values what the hub gave so far; sessions are kept in it
 * @throws Error for a persona that there is not
 */
export async function credentialsOf(
  persona: string,
  hub: RunningHub,
  values: Map<string, string>,
): Promise<Record<string, string>> {
  if (persona === 'nobody') return {}
  const header = HEADER_OF[persona]
  if (header !== undefined) return { authorization: header }
  const [kind = '', user] = persona.split(':')
  if (user === undefined || !kind.startsWith('session')) throw new Error(`who is ${persona}?`)
  if (!values.has(`cookie of ${user}`)) {
    const { cookie, xsrf } = await signIn(hub, user)
    values.set(`cookie of ${user}`, cookie).set(`xsrf of ${user}`, xsrf)
  }
  const cookie = values.get(`cookie of ${user}`) ?? ''
  return kind === 'session'
    ? { cookie, 'x-xsrftoken': values.get(`xsrf of ${user}`) ?? '' }
    : { cookie }
}
