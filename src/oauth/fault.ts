/** The error codes of RFC 6749 (§4.1.2.1, §5.2) that we answer. */
export type FaultCode =
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'

/** What a client is told is wrong, in the form that OAuth has for it. */
export class OAuthFault extends Error {
  override readonly name = 'OAuthFault'
  readonly code: FaultCode
  /** For the client's developers; JupyterHub's words where it has some. */
  readonly description: string | undefined

  /** @param description ASCII without quotes and backslashes */
  constructor(code: FaultCode, description?: string) {
    super(description ?? code)
    this.code = code
    this.description = description
  }
}
