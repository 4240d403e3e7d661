import type { ServerFailure, ServerRecord } from '../../model/server.ts'
import type { HubContext } from '../context.ts'

/** Seconds since a time; it may have been another replica's clock that said it. */
function elapsed({ clock }: HubContext, since: number): number {
  return Math.max(0, clock.now() - since) / 1000
}

/** Tells the metrics of a server that is ready. */
export function tellStarted(hub: HubContext, server: ServerRecord): void {
  const duration = elapsed(hub, server.started ?? server.since)
  hub.metrics?.serverStarted({ status: 'success', reason: '' }, duration)
}

/** Tells the metrics of a start that came to nothing: a `failure` for which its owner could do something. */
export function tellFailedStart(
  hub: HubContext,
  server: ServerRecord,
  { status, reason }: ServerFailure,
): void {
  const outcome = { status: status < 500 ? 'failure' : 'error', reason } as const
  hub.metrics?.serverStarted(outcome, elapsed(hub, server.started ?? server.since))
}

/**
 * Tells the metrics what the end of a run was the end of: a stop, a start, or neither when a server
 * just died.
 * @param server as it was before
 * @param isEnded whether nothing is left of it
 */
export function tellEnd(
  hub: HubContext,
  server: ServerRecord,
  failure: ServerFailure | null,
  isEnded: boolean,
): void {
  if (server.phase === 'stopping') {
    hub.metrics?.serverStopped(isEnded ? 'success' : 'failure', elapsed(hub, server.since))
  } else if (server.phase !== 'ready' && server.wanted === 'running' && failure !== null) {
    tellFailedStart(hub, server, failure)
  }
}
