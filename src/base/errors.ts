/**
 * The registry of errors: each code's HTTP status and the text a person reads when nothing more
 * precise is known. `null` is JupyterHub's message for an error raised without text
 * (wire-contract §1.1). docs/errors.md lists the same codes.
 */
export const ERRORS = {
  bad_request: { status: 400, message: 'The request is not valid.' },
  invalid_json: { status: 400, message: 'Invalid JSON in body of request' },
  invalid_target: { status: 400, message: 'The request path is not valid.' },
  unauthenticated: { status: 403, message: 'Missing or invalid credentials.' },
  forbidden: { status: 403, message: null },
  insufficient_scope: { status: 403, message: 'Action is not authorized with current scopes' },
  hub_token_refused: {
    status: 403,
    message: 'This is a hub token, and hub tokens do not open notebook servers.',
  },
  notebook_token_refused: {
    status: 403,
    message: 'This is a notebook token, and notebook tokens do not authorize the hub API.',
  },
  xsrf: { status: 403, message: "'_xsrf' argument missing or invalid" },
  not_found: { status: 404, message: null },
  no_access: { status: 404, message: 'No access to resources or resources not found' },
  method_not_allowed: { status: 405, message: null },
  head_timeout: { status: 408, message: 'The request did not arrive in time.' },
  body_timeout: { status: 408, message: 'The body of the request did not arrive in time.' },
  conflict: { status: 409, message: 'The change conflicts with what exists.' },
  payload_too_large: { status: 413, message: 'The request body is too large.' },
  target_too_long: { status: 414, message: 'The request path is too long.' },
  misdirected: {
    status: 421,
    message:
      'This hub does not answer to the name in the address. Use its own; its operator can add names to listen.hosts.',
  },
  server_not_running: { status: 424, message: 'The server is not running.' },
  too_many_requests: { status: 429, message: 'Too many requests. Try again later.' },
  headers_too_large: { status: 431, message: 'The request has too many headers.' },
  internal: { status: 500, message: 'Internal Server Error' },
  spawn_failed: { status: 500, message: 'The server failed to start.' },
  upstream_failed: { status: 502, message: 'The server did not answer.' },
  unavailable: { status: 503, message: 'The hub cannot reach its store. Try again soon.' },
  upstream_timeout: { status: 504, message: 'The server took too long to answer.' },
} as const

export type ErrorCode = keyof typeof ERRORS

export interface HubgateErrorOptions {
  /** What went wrong underneath: for the log, never for the client. */
  cause?: unknown
  /** Facts for the log, never for the client; never secrets. */
  detail?: Record<string, unknown>
  /** Members added to the JSON body beside `status` and `message`. */
  body?: Record<string, unknown>
  /** Extra response headers, such as `Retry-After`. */
  headers?: Record<string, string>
}

/** The only error whose text a client may see. Anything else is rendered as `internal`. */
export class HubgateError extends Error {
  override readonly name = 'HubgateError'
  readonly code: ErrorCode
  /** The public text; null where JupyterHub answers `"message": null`. */
  readonly publicMessage: string | null
  readonly detail: Record<string, unknown>
  readonly body: Record<string, unknown>
  readonly headers: Record<string, string>

  /**
   * @param code an entry of {@link ERRORS}
   * @param message the public text; the registry's when left out, null for none
   */
  constructor(code: ErrorCode, message?: string | null, options: HubgateErrorOptions = {}) {
    const publicMessage = message === undefined ? ERRORS[code].message : message
    super(publicMessage ?? code, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.publicMessage = publicMessage
    this.detail = options.detail ?? {}
    this.body = options.body ?? {}
    this.headers = options.headers ?? {}
  }

  /** The HTTP status that the registry gives the code. */
  get status(): (typeof ERRORS)[ErrorCode]['status'] {
    return ERRORS[this.code].status
  }
}
