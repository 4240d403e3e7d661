import { z } from 'zod'
import { names } from './values.ts'

/** How a service is told who visits it. */
export const forwardAuth = z.strictObject({
  scope: z
    .string()
    .optional()
    .describe('What a visitor must hold; access:services!service=NAME when left out.'),
  headers: z
    .array(z.enum(['user', 'groups', 'scopes', 'kind', 'jwt', 'authorization']))
    .default(['user', 'groups', 'scopes', 'kind', 'jwt'])
    .describe('How the service is told who visits; authorization is the JWT as a bearer token.'),
  groups: names
    .optional()
    .describe('The only groups that the service is told of; all of the visitor when left out.'),
  external_urls: z
    .array(z.string())
    .default([])
    .describe('Where another proxy has the service and asks hub/api/forward-auth about visitors.'),
  cookie_domain: z
    .string()
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
      'a cookie domain is a name with a dot in lower case, such as example.org',
    )
    .optional()
    .describe('The domain that the external hosts and the public host share, for the cookie.'),
})
