import type { Reviewed } from './review.ts'
import { ABOUT_REVIEWED } from './reviewed/about.ts'
import { GENERAL } from './reviewed/general.ts'
import { GROUPS_REVIEWED } from './reviewed/groups.ts'
import { OAUTH_REVIEWED } from './reviewed/oauth.ts'
import { OPERATION_REVIEWED } from './reviewed/operation.ts'
import { SERVERS_REVIEWED } from './reviewed/servers.ts'
import { SERVICES_REVIEWED } from './reviewed/services.ts'
import { SHARES_REVIEWED } from './reviewed/shares.ts'
import { TOKENS_REVIEWED } from './reviewed/tokens.ts'
import { USERS_REVIEWED } from './reviewed/users.ts'

/** Every difference that is wanted. */
export const REVIEWED: readonly Reviewed[] = [
  ...GENERAL,
  ...ABOUT_REVIEWED,
  ...USERS_REVIEWED,
  ...TOKENS_REVIEWED,
  ...GROUPS_REVIEWED,
  ...SERVICES_REVIEWED,
  ...SERVERS_REVIEWED,
  ...SHARES_REVIEWED,
  ...OAUTH_REVIEWED,
  ...OPERATION_REVIEWED,
]

const REFUSES = 'JupyterHub has it only to answer 405 or 404.'
const BREAKS = 'JupyterHub has it by accident and breaks down on it.'

/** JupyterHub's routes that hubgate does not have, and why. */
export const NOT_OF_HUBGATE: Readonly<Record<string, string>> = {
  'POST /api/shares/([^/]+)': REFUSES,
  'PATCH /api/shares/([^/]+)': REFUSES,
  'DELETE /api/shares/([^/]+)': REFUSES,
  'POST /api/share-codes/([^/]+)': REFUSES,
  'DELETE /api/share-codes/([^/]+)': REFUSES,
  'GET /api/authorizations/token': BREAKS,
  'POST /api/authorizations/token/([^/]+)': BREAKS,
}
