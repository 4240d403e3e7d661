import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import type { TokenFormProps, TokenWish } from '../../views/tokens/token-form.ts'
import type { TokenPageProps } from '../../views/tokens/token-page.ts'
import { tokenPage } from '../../views/tokens/token-page.ts'
import { page } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { lastDays, lifeChoices, usualLife } from './lifetime.ts'
import { belongingsOf, shownApplications, shownTokens } from './own-tokens.ts'
import { reachesFurther, scopeGroups } from './scope-choices.ts'
import { serverChoices } from './server-choices.ts'
import { MAX_NOTE, wishOfQuery } from './wish.ts'

/** Tokens of one page of the list. */
export const PAGE_SIZE = 50

/** Whether somebody holds a scope for their own tokens. */
async function holds({ deps }: Visit, principal: Principal, scope: string): Promise<boolean> {
  const user = await findUser(deps.hub, principal.name)
  if (user === undefined) return false
  const own = { user: user.name, groupsOfUser: user.groups }
  return allows(principal.scopes, scope, own) === 'yes'
}

async function formOf(
  visit: Visit,
  { principal, viewer }: SignedIn,
  wish: TokenWish,
  error: string | undefined,
): Promise<TokenFormProps> {
  const { config, deps, hubPath } = visit
  const most = config.token_expires_in_max_seconds
  const days = lastDays(deps.hub.clock.now(), most)
  const lives = lifeChoices(days, most)
  const isOffered = lives.some(({ value }) => value === wish.expires)
  return {
    ...{ viewer, error, lives, days },
    action: `${hubPath}token`,
    apiPath: `${hubPath}api`,
    serversPath: `${config.base_url}user/`,
    maxNote: MAX_NOTE,
    wish: isOffered ? wish : { ...wish, expires: usualLife(lives) },
    groups: scopeGroups(principal.scopes, config.custom_scopes, principal.name),
    reachesFurther: reachesFurther(principal.scopes, principal.name),
    servers: await serverChoices(visit, principal, wish.server),
  }
}

function offsetOf({ c }: Visit, total: number): number {
  const asked = Number(c.req.query('offset') ?? 0)
  if (!Number.isSafeInteger(asked) || asked < 0) return 0
  const lastPage = Math.max(0, Math.ceil(total / PAGE_SIZE) - 1) * PAGE_SIZE
  return Math.min(lastPage, Math.floor(asked / PAGE_SIZE) * PAGE_SIZE)
}

async function listsOf(
  visit: Visit,
  { principal }: SignedIn,
  error: string | undefined,
): Promise<TokenPageProps['lists']> {
  if (!(await holds(visit, principal, 'read:tokens'))) return undefined
  const { tokens, applications } = await belongingsOf(visit, principal)
  const offset = offsetOf(visit, tokens.length)
  return {
    ...{ error, offset, limit: PAGE_SIZE, total: tokens.length },
    tokens: await shownTokens(visit, tokens.slice(offset, offset + PAGE_SIZE)),
    applications: await shownApplications(visit, applications),
  }
}

/** What the page is shown again with, when something was refused. */
export interface Again {
  status?: number
  wish?: TokenWish
  /** Why there is no token. */
  formError?: string
  /** Why something is not revoked. */
  listError?: string
}

/** Tokens: the form for a new one, those that there are, and the applications that hold some. */
export async function tokensPage(
  visit: Visit,
  member: SignedIn,
  again: Again = {},
): Promise<Response> {
  const { c, deps, hubPath } = visit
  const { principal, viewer } = member
  const wish = again.wish ?? wishOfQuery(new URL(c.req.url).searchParams, principal.name)
  const mayMake = await holds(visit, principal, 'tokens')
  const props: TokenPageProps = {
    ...{ hubPath, viewer, mayMake, now: deps.hub.clock.now(), done: c.req.query('done') },
    form: mayMake ? await formOf(visit, member, wish, again.formError) : undefined,
    lists: await listsOf(visit, member, again.listError),
  }
  return page(tokenPage(props), { status: again.status ?? 200 })
}

/** The viewer's tokens. An address may choose beforehand what the form asks for; it sends nothing. */
export const showTokenPage = memberPage((visit, member) => tokensPage(visit, member))
