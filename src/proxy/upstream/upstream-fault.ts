/**
 * What went wrong with a server's connection or answer: its message broke a rule of RFC 9112 that is
 * held to (threats.md P4, P6), its connection ended too early, or its time was up.
 */
export type FaultCode =
  | 'bad_status_line'
  | 'bad_header'
  | 'bad_framing'
  | 'bad_chunk'
  | 'head_too_large'
  | 'too_many_interim'
  | 'unasked_answer'
  | 'unasked_upgrade'
  | 'bad_upgrade'
  | 'unsafe_request'
  | 'closed'
  | 'closed_early'
  | 'route_gone'
  | 'connect_timeout'
  | 'first_byte_timeout'
  | 'idle_timeout'
  | 'queue_timeout'

/** A server could not be spoken with. The code is for the log; nothing of the message is in it. */
export class UpstreamFault extends Error {
  override readonly name = 'UpstreamFault'
  readonly code: FaultCode

  constructor(code: FaultCode) {
    super(`upstream: ${code}`)
    this.code = code
  }
}
