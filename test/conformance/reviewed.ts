import type { Reviewed } from './review.ts'
import { ABOUT_REVIEWED } from './reviewed/about.ts'
import { GENERAL } from './reviewed/general.ts'
import { GROUPS_REVIEWED } from './reviewed/groups.ts'
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
  ...OPERATION_REVIEWED,
]

const OAUTH = 'OAuth is not built yet.'
const REFUSES = 'JupyterHub has it only to answer 405 or 404.'
const BREAKS = 'JupyterHub has it by accident and breaks down on it.'

/** JupyterHub's routes that hubgate does not have, and why. */
export const NOT_OF_HUBGATE: Readonly<Record<string, string>> = {
  'GET /api/oauth2/authorize': OAUTH,
  'POST /api/oauth2/authorize': OAUTH,
  'POST /api/oauth2/token': OAUTH,
  'POST /api/shares/([^/]+)': REFUSES,
  'PATCH /api/shares/([^/]+)': REFUSES,
  'DELETE /api/shares/([^/]+)': REFUSES,
  'POST /api/share-codes/([^/]+)': REFUSES,
  'DELETE /api/share-codes/([^/]+)': REFUSES,
  'GET /api/authorizations/token': BREAKS,
  'POST /api/authorizations/token/([^/]+)': BREAKS,
}
