/**
 * Why something is refused at the edge: limits by their names in the configuration, time-outs, and
 * the codes of errors. Each is there from the first scrape on, so that a rate has a beginning.
 */
export const REJECTIONS = [
  'bad_request',
  'body_timeout',
  'connections',
  'connections_per_address',
  'forbidden',
  'head_timeout',
  'headers_too_large',
  'hub_token_refused',
  'insufficient_scope',
  'invalid_target',
  'method_not_allowed',
  'misdirected',
  'no_access',
  'not_found',
  'other',
  'requests_per_server',
  'requests_per_user',
  'server_not_running',
  'target_too_long',
  'too_many_requests',
  'unauthenticated',
  'unavailable',
  'unread_answer',
  'unused_connection',
  'websockets_per_server',
  'websockets_per_user',
] as const
