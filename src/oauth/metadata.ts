import type { Config } from '../config/schema.ts'
import { CHALLENGE_METHODS } from '../model/pkce.ts'

const WELL_KNOWN = '.well-known/oauth-authorization-server'

/** Where the endpoints are below the origin. */
export function endpointPaths(baseUrl: string): { authorize: string; token: string } {
  const root = `${baseUrl}hub/api/oauth2/`
  return { authorize: `${root}authorize`, token: `${root}token` }
}

/** Where clients look for the metadata: at the root (RFC 8414 §3.1) and below the base URL. */
export function metadataPaths(baseUrl: string): string[] {
  const below = `${baseUrl}${WELL_KNOWN}`
  const inside = `/${WELL_KNOWN}${baseUrl.slice(0, -1)}`
  return [...new Set([`/${WELL_KNOWN}`, inside, `${inside}/`, below])]
}

/**
 * What ordinary OAuth clients need to know (RFC 8414).
 * @param origin the gateway's own, as the client knows it
 */
export function answerMetadata(config: Pick<Config, 'base_url'>, origin: string): Response {
  const { authorize, token } = endpointPaths(config.base_url)
  return Response.json({
    issuer: `${origin}${config.base_url}`,
    authorization_endpoint: `${origin}${authorize}`,
    token_endpoint: `${origin}${token}`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: CHALLENGE_METHODS,
  })
}
