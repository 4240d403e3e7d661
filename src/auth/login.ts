import type { Config } from '../config/schema.ts'
import type { HubContext } from '../hub/context.ts'
import { openSession } from '../hub/identity/sessions.ts'
import type { SessionRecord } from '../hub/records.ts'
import { createUsers, findUser } from '../hub/users/users.ts'
import { stopwatch } from '../metrics/measures.ts'
import type { UserRecord } from '../model/user.ts'
import { isValidUsername, normalizeUsername } from '../model/username.ts'
import type { Authenticator } from './authenticators/port.ts'
import { cookieValues, LOGIN_COOKIE } from './cookies.ts'
import type { LoginLimit } from './login-limit.ts'

export interface LoginDeps {
  hub: HubContext
  authenticator: Authenticator
  limit: LoginLimit
}

export interface LoginForm {
  username: string
  password: string
  /** The client's address, for the limit. */
  address: string
  /** The `User-Agent` header. */
  agent?: string | undefined
  /** The `Cookie` header: the sessions whose login cookies are in it end when the new one begins. */
  cookieHeader?: string | undefined
}

export type LoginOutcome =
  | { answer: 'signed-in'; user: UserRecord; secret: string; session: SessionRecord }
  /** Wrong password, unknown name, or not allowed in: nobody is told which (threats.md P57). */
  | { answer: 'failed' }
  | { answer: 'limited'; retryAfter: number }

type AllowList = Pick<Config, 'allow_all' | 'allowed_users' | 'admin_users'>

const names = (list: readonly string[], name: string): boolean =>
  list.some((one) => normalizeUsername(one) === name)

/** Whether a name may come in: `allow_all`, or named as allowed or admin. Empty lists let nobody in. */
export function isAllowed(config: AllowList, name: string): boolean {
  return config.allow_all || names(config.allowed_users, name) || names(config.admin_users, name)
}

async function admit(hub: HubContext, name: string): Promise<UserRecord | undefined> {
  const config = hub.snapshot().config
  if (!isValidUsername(name) || !isAllowed(config, name)) return undefined
  const known = await findUser(hub, name)
  if (known !== undefined) return known
  await createUsers(hub, [name], { admin: names(config.admin_users, name) })
  return findUser(hub, name)
}

/** Signs somebody in: limit, authenticator, allow-list, user record, session; in this order. */
export async function login(deps: LoginDeps, form: LoginForm): Promise<LoginOutcome> {
  const { hub, authenticator, limit } = deps
  const username = form.username.trim()
  const attempt = limit.begin(normalizeUsername(username), form.address)
  const about = { user: username.slice(0, 64), address: form.address }
  if (!attempt.allowed) {
    hub.log.warn({ event: 'login.limited', ...about }, 'too many failed logins')
    return { answer: 'limited', retryAfter: attempt.retryAfter }
  }
  const elapsed = stopwatch()
  const verified = await authenticator.authenticate({ username, password: form.password })
  const user = verified === null ? undefined : await admit(hub, normalizeUsername(verified.name))
  if (user === undefined) {
    hub.metrics?.loginEnded('failure', elapsed())
    hub.log.warn({ event: 'login.failed', ...about }, 'login failed')
    return { answer: 'failed' }
  }
  attempt.succeeded()
  const opened = await openSession(hub, user, {
    address: form.address,
    agent: form.agent,
    replaces: cookieValues(form.cookieHeader, LOGIN_COOKIE),
  })
  hub.metrics?.loginEnded('success', elapsed())
  hub.log.info({ event: 'login', ...about, user: user.name }, 'signed in')
  return { answer: 'signed-in', user, ...opened }
}
