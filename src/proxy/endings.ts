import type { ErrorCode } from '../base/errors.ts'
import { HubgateError } from '../base/errors.ts'

/** Why the gateway ends an exchange. */
export interface Ending {
  /** The close code that a WebSocket's client gets (RFC 6455 §7.4). */
  readonly code: number
  /** ASCII, at most 123 characters: for the client and the log. */
  readonly reason: string
  /** What a client gets instead who has not been answered yet. */
  readonly error: ErrorCode
}

/**
 * All endings. After 1000 and 1001 JupyterLab does not connect again, after all others it does: so a
 * server that is gone is a restart to its clients, who find it again if it comes back.
 */
export const ENDINGS = {
  /** The credential is gone, or does not open the server any more. */
  revoked: { code: 1008, reason: 'access revoked', error: 'forbidden' },
  /** Whether it still opens the server cannot be found out. */
  unavailable: { code: 1013, reason: 'try again later', error: 'unavailable' },
  stopped: { code: 1012, reason: 'the server was stopped', error: 'upstream_failed' },
  /** The server's connection ended without a word: it died, or was stopped a moment ago. */
  lost: { code: 1012, reason: 'the server closed the connection', error: 'upstream_failed' },
  /** Neither side of a WebSocket has sent more than pings and pongs for long. */
  idle: { code: 1001, reason: 'idle', error: 'unavailable' },
  /** The client did not answer a ping: a frozen page, or a network that is gone. */
  silent: { code: 1011, reason: 'no answer to a ping', error: 'unavailable' },
  /** The server did not. */
  stalled: { code: 1011, reason: 'the server does not answer pings', error: 'upstream_timeout' },
  /** This replica ends; another, or the next, goes on. */
  restart: { code: 1012, reason: 'service restart', error: 'unavailable' },
} as const satisfies Record<string, Ending>

/** An ending for a client who has not been answered yet. */
export function endingError({ code, reason, error }: Ending): HubgateError {
  return new HubgateError(error, `The request was ended: ${reason}.`, { detail: { code, reason } })
}
