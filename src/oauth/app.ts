import { Hono } from 'hono'
import { setCommonHeaders } from '../api/common-headers.ts'
import { HubgateError } from '../base/errors.ts'
import type { Visit } from '../pages/visit.ts'
import { openVisit } from '../pages/visit.ts'
import { showAuthorize, submitAuthorize } from './authorize.ts'
import { answerMetadata, endpointPaths, metadataPaths } from './metadata.ts'
import { answerToken } from './token.ts'

/** Every path of the provider, byte for byte: other spellings of them are not looked at. */
export function oauthPaths(baseUrl: string): ReadonlySet<string> {
  return new Set([...Object.values(endpointPaths(baseUrl)), ...metadataPaths(baseUrl)])
}

function notAllowed(): never {
  throw new HubgateError('method_not_allowed')
}

/**
 * The OAuth2 provider (wire-contract §6), to be mounted at the root. Errors that have no form in OAuth
 * are left to the edge.
 * @param baseUrl begins and ends with `/`
 */
export function buildOAuth(deps: Visit['deps'], baseUrl: string): Hono {
  const app = new Hono()
  const { authorize, token } = endpointPaths(baseUrl)
  for (const path of oauthPaths(baseUrl)) {
    app.use(path, async (c, next) => {
      await next()
      setCommonHeaders(c.res)
    })
  }
  app.get(authorize, (c) => showAuthorize(openVisit(c, deps)))
  app.post(authorize, (c) => submitAuthorize(openVisit(c, deps)))
  app.all(authorize, notAllowed)
  app.post(token, (c) => answerToken(deps.hub, c))
  app.all(token, notAllowed)
  for (const path of metadataPaths(baseUrl)) {
    app.get(path, (c) => {
      const { config, origin } = openVisit(c, deps)
      return answerMetadata(config, origin)
    })
    app.all(path, notAllowed)
  }
  return app
}
