import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'

const TWICE = 'A parameter that is sent twice is an error, whichever it is and whatever it says.'
const ONE_WAY = 'There is one kind of answer, a code in the query, and one kind of grant.'
const AUTHORIZE = 'oauth: session:fay GET /oauth2/authorize\\?'
const EXCHANGE = 'oauth: nobody POST /oauth2/token content-type=application/x-www-form-urlencoded '

const asked = (parameters: string): RegExp => new RegExp(`^${AUTHORIZE}${parameters}&`)
const sent = (parameters: string): RegExp => new RegExp(`^${EXCHANGE}${parameters}&`)

/** The OAuth provider: each difference is stricter than JupyterHub. */
export const OAUTH_REVIEWED: readonly Reviewed[] = [
  {
    why: 'An answer without a body has no type.',
    cases: [/^oauth: .* (GET|POST) \/oauth2\/authorize/],
    status: 302,
    differs: { 'header.content-type': ['text/html', ABSENT] },
  },
  {
    why: TWICE,
    cases: [asked('code_challenge=a&code_challenge=b')],
    status: [302, 400],
    differs: {
      'header.location': [/\?code=<secret>/, ABSENT],
      body: ['', '<a page>'],
    },
  },
  {
    why: TWICE,
    cases: [sent('code=two'), sent('client_secret=two')],
    status: 400,
    differs: {
      'body.error_description': [
        'Code verifier required.',
        /^Duplicate (code|client_secret) parameter\.$/,
      ],
    },
  },
  {
    why: ONE_WAY,
    cases: [asked('response_type=none'), asked('response_type=code\\+token')],
    status: [200, 302],
    differs: {
      'header.location': [ABSENT, /\?error=unsupported_response_type&state=xyz$/],
      body: ['<a page>', ''],
    },
  },
  {
    why: ONE_WAY,
    cases: [asked('response_mode=fragment')],
    status: 302,
    differs: {
      'header.location': [
        /#error=unsupported_response_type&state=xyz$/,
        /\?error=unsupported_response_type&state=xyz$/,
      ],
    },
  },
  {
    why: ONE_WAY,
    cases: [sent('grant_type=refresh_token'), sent('grant_type=openid')],
    status: 400,
    differs: {
      'body.error': [/^(invalid_request|unauthorized_client)$/, 'unsupported_grant_type'],
      'body.error_description': ['Missing refresh token parameter.', ABSENT],
    },
  },
  {
    why: 'A challenge has the 43 to 128 characters that RFC 7636 asks for.',
    cases: [asked('code_challenge=short')],
    status: 302,
    differs: {
      'header.location': [
        /\?code=<secret>/,
        /\?error=invalid_request&error_description=Code\+chal/,
      ],
    },
  },
  {
    why: 'JupyterHub breaks down on parameters in the URL.',
    cases: [/^oauth: nobody POST \/oauth2\/token\?client_secret=/],
    status: [500, 400],
    differs: { body: [/Internal Server Error/, /URL query parameters are not allowed/] },
  },
  {
    why: 'A hub token that is sent beside the client secret must be the same client’s.',
    cases: [
      /^oauth: nobody POST \/oauth2\/token .* authorization=token conformance-secret-of-porta/,
    ],
    status: [400, 401],
    differs: {
      'header.www-authenticate': [ABSENT, 'Bearer error="invalid_client"'],
      body: [{ error: 'invalid_grant' }, { error: 'invalid_client' }],
    },
  },
  {
    why: 'A verifier for a code without a challenge: somebody may have taken the challenge away.',
    cases: [sent('code=\\{\\{bare-code\\}\\}')],
    status: [200, 400],
    differs: { body: [/"access_token":"<secret>"/, { error: 'invalid_grant' }] },
  },
  {
    why: 'Who uses a code again ends the token that came of it.',
    cases: ['oauth: fay-twice GET /user #2'],
    status: [200, 403],
    differs: { body: [/"name":"fay"/, { message: null, status: 403 }] },
  },
]
