import { PAGINATION_TYPE } from './pagination.ts'
import { MAX_BODY } from './read-body.ts'

/** What OpenAPI says of a parameter. */
export interface ParameterText {
  description: string
  example: string
}

/** Every name that a path of the route table has between braces. */
export const PATH_PARAMETERS: Readonly<Record<string, ParameterText>> = {
  name: { description: 'The name of a user, in any case.', example: 'ada' },
  owner: { description: 'The name of the user whose server it is, in any case.', example: 'ada' },
  server: { description: 'The name of a server of this user.', example: 'gpu' },
  group: { description: 'The name of a group.', example: 'class-a' },
  service: { description: 'The name of a service.', example: 'announce' },
  token_id: { description: 'The id of a token, as the list of tokens has it.', example: 'a3f9' },
  session_id: {
    description: 'The id of a session, as the list of sessions has it.',
    example: '4f1c6d3e8a9b47d2b0c5e6f7a8b9c0d1',
  },
  token: { description: 'A token itself.', example: 'hgt_…' },
  cookie_name: { description: 'The name of a cookie.', example: 'hubgate-login' },
  rest: { description: 'Whatever the proxy appends; it is not looked at.', example: 'a/page' },
  cookie_value: { description: 'The value of the cookie.', example: '…' },
}

/** The errors that are not the endpoint's own, by status. */
export const ERROR_TEXTS: Readonly<Record<number, { description: string; message: string }>> = {
  400: {
    description: 'The input is not valid. The message says what is wrong with it.',
    message: 'Invalid JSON in body of request',
  },
  403: {
    description: 'The credential is missing or not valid, or does not allow this.',
    message: 'Missing or invalid credentials.',
  },
  404: {
    description: 'There is no such thing, or the credential does not allow this for it.',
    message: 'No access to resources or resources not found',
  },
  413: {
    description: `The body has more than ${MAX_BODY} bytes.`,
    message: `The request body is too large: at most ${MAX_BODY} bytes are read.`,
  },
  503: {
    description: 'The store cannot be reached. Try again after as long as Retry-After says.',
    message: 'The hub cannot reach its store. Try again soon.',
  },
}

/** For the beginning of the description; CommonMark. */
export const ABOUT_API = `hubgate's REST API, which is JupyterHub's.

**Who asks.** Send a hub token in a header: \`Authorization: token …\` or \`Authorization: Bearer …\`.
Each operation names the scopes of which one is needed; where a path names a user, server, group or
service, one that is filtered to it is enough. What the caller may not see of a model is left out of it.

**Lists** have at most as many entries as \`limit\` says. Accept \`${PAGINATION_TYPE}\` to
get them in an envelope: \`items\`, and \`_pagination\` with the \`total\` and where the \`next\` page is.

**Errors** are JSON with \`status\` and \`message\`; the message may be null.

**Times** are ISO 8601 in UTC.`

/** The ways to say who asks. */
export const SECURITY_SCHEMES = {
  token: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'A hub token, as JupyterHub writes it: the word token, a space, the token. ' +
      'Type all of it here: `token …`',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The same as `Authorization: Bearer …`. Type the token alone here.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'hubgate-login',
    description:
      "The session of a browser that is signed in. Every request needs the session's `_xsrf` " +
      'value as well, in the header `X-XSRFToken` or the query. It cannot be typed here.',
  },
} as const

/** Headers that answers have. */
export const HEADERS = {
  'X-JupyterHub-Version': {
    description: 'The JupyterHub whose API this is.',
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds after which it makes sense to try again.',
    schema: { type: 'integer' },
  },
} as const
