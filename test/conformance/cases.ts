import { ABOUT } from './cases/about.ts'
import { ACTIVITY } from './cases/activity.ts'
import { AUTHORIZATIONS } from './cases/authorizations.ts'
import { CREDENTIALS, SESSIONS } from './cases/credentials.ts'
import { GROUPS } from './cases/groups.ts'
import { MATRIX } from './cases/matrix.ts'
import { OAUTH } from './cases/oauth.ts'
import { PROXY, SHUTDOWN } from './cases/operation.ts'
import { RUNNING } from './cases/running.ts'
import { SERVERS } from './cases/servers.ts'
import { SERVICES } from './cases/services.ts'
import { SET_UP } from './cases/set-up.ts'
import { SHARE_CODES } from './cases/share-codes.ts'
import { SHARES } from './cases/shares.ts'
import { TOKENS } from './cases/tokens.ts'
import { USER_LIST, USER_PAGES } from './cases/user-list.ts'
import { USERS } from './cases/users.ts'
import type { Resource } from './notation.ts'

/** What makes the personas and things that all others need. */
export const FIRST = SET_UP

/** All other cases, in the order in which they are sent; the last ends both hubs. */
export const RESOURCES: readonly Resource[] = [
  MATRIX,
  ABOUT,
  CREDENTIALS,
  SESSIONS,
  USER_LIST,
  USER_PAGES,
  USERS,
  ACTIVITY,
  TOKENS,
  AUTHORIZATIONS,
  GROUPS,
  SERVICES,
  SERVERS,
  RUNNING,
  SHARES,
  SHARE_CODES,
  OAUTH,
  PROXY,
  SHUTDOWN,
]
