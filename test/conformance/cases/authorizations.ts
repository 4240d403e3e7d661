import { as, each, resource } from '../notation.ts'

/** The old routes that told whose a token or cookie is. */
export const AUTHORIZATIONS = resource(
  'authorizations',
  each(
    ['nobody', 'bad-token', 'ada', 'ada-identify', 'ada-notebook', 'powerless', 'root'],
    'GET /authorizations/token/{{ada-identify}}',
    'GET /authorizations/token/{{ada-notebook}}',
    'GET /authorizations/token/none',
    'GET /authorizations/token/%20',
    'POST /authorizations/token/none',
    'POST /authorizations/token',
    'GET /authorizations/cookie/jupyterhub-hub-login/none',
    'GET /authorizations/cookie/none',
    'POST /authorizations/cookie/none',
  ),
  as('root', 'GET /authorizations/token', 'GET /authorizations/token/', 'GET /authorizations'),
)
