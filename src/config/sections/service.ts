import { z } from 'zod'
import { SERVICE_NAME, SERVICE_NAME_RULE } from '../../model/service.ts'
import { environment } from './environment.ts'
import { forwardAuth } from './forward-auth.ts'
import { seconds } from './values.ts'

/** A program that uses the API in its own name. */
export const service = z.strictObject({
  name: z
    .string()
    .regex(SERVICE_NAME, SERVICE_NAME_RULE)
    .describe('How the API and load_roles call the service.'),
  api_token: z
    .string()
    .optional()
    .describe(
      'The hub token of the service, or its sha256: digest. Best taken from the environment.',
    ),
  admin: z.boolean().default(false).describe('Whether the service has the admin role.'),
  info: z.record(z.string(), z.json()).default({}).describe('Any JSON that the API shows.'),
  display: z.boolean().default(true).describe('Whether pages list the service.'),
  url: z
    .string()
    .optional()
    .describe('Where it listens, http://127.0.0.1:9999; makes it reachable at services/NAME/.'),
  timeout: seconds.default(30).describe('Seconds in which its url must answer.'),
  command: z
    .array(z.string().min(1))
    .default([])
    .describe('What runs the service; empty for one that is run by somebody else.'),
  cwd: z.string().min(1).optional().describe('Where the command runs.'),
  environment: environment.default({}).describe('More environment variables of the command.'),
  user: z.string().min(1).optional().describe('Who runs the command: only the gateway itself.'),
  oauth_client_id: z
    .string()
    .optional()
    .describe('Its name in sign-ins, service-NAME when left out; begins with service-.'),
  oauth_redirect_uri: z
    .string()
    .optional()
    .describe('Where sign-ins lead back to; /services/NAME/oauth_callback when it has a url.'),
  oauth_no_confirm: z
    .boolean()
    .default(false)
    .describe('Whether people are not asked before they are signed in there.'),
  oauth_client_allowed_scopes: z
    .array(z.string())
    .default([])
    .describe('What it may do for people who sign in there, besides knowing who they are.'),
  forward_auth: forwardAuth
    .optional()
    .describe(
      'The gateway signs visitors in and tells the service who they are, with no hub token.',
    ),
})
