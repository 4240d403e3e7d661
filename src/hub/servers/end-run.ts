import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import type { ServerFailure } from '../../model/server.ts'
import { logName } from '../../model/server.ts'
import { cancelled, settled, stopping } from '../../model/server-changes.ts'
import type { Spawner } from '../../spawn/port.ts'
import type { Lease } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { tellEnd, tellFailedStart } from './server-measures.ts'
import type { ServerEntry } from './server-store.ts'
import { eraseServer, writeServer } from './server-store.ts'

/** What one step of the reconciler works with. */
export interface Step {
  hub: HubContext
  spawner: Spawner
  entry: ServerEntry
  lease: Lease
  /** Aborted when the wish changed, the lease was lost or the gateway ends: leave the server as it is. */
  signal: AbortSignal
  /** The run that this process has prepared and not launched yet: nobody else can have launched it. */
  prepared: { runId: string | null }
}

const FAILURE_REASONS: ReadonlySet<string> = new Set([
  'command',
  'exited',
  'timeout',
  'lost',
  'options',
] satisfies ServerFailure['reason'][])

/**
 * What somebody is told of a start that failed.
 * @param now milliseconds since the epoch
 * @param output the last that the server wrote
 */
export function failureOf(error: unknown, now: number, output: string): ServerFailure {
  if (!(error instanceof HubgateError)) {
    return {
      at: now,
      status: 500,
      reason: 'internal',
      message: 'The gateway failed while it started the server. Its log says why.',
      output,
    }
  }
  const reason = String(error.detail['reason'])
  return {
    at: now,
    status: error.status,
    reason: FAILURE_REASONS.has(reason) ? (reason as ServerFailure['reason']) : 'command',
    message: error.publicMessage ?? error.message,
    output,
  }
}

/** Ends whatever a run left behind and writes down how it ended. */
export async function endRun(step: Step, failure: ServerFailure | null): Promise<void> {
  const { hub, spawner, entry, lease } = step
  const server = entry.value
  let problem = failure
  if (server.spawnerState !== null) {
    const patience = AbortSignal.timeout(seconds(hub.snapshot().config.spawner.stop_timeout))
    try {
      await spawner.stop(server.spawnerState, patience)
      await spawner.clean(server.spawnerState)
    } catch (error) {
      hub.log.error({ err: error, server: logName(server.user, server.name) }, 'stop failed')
      problem = {
        at: hub.clock.now(),
        status: 500,
        reason: 'internal',
        message: 'The server could not be ended. The gateway’s log says why.',
        output: '',
      }
    }
  }
  const written = server.remove
    ? await eraseServer(hub, entry, lease)
    : await writeServer(hub, entry, settled(server, problem, hub.clock.now()), { fence: lease })
  if (written) tellEnd(hub, server, failure, problem === failure)
}

/** A stop: the route goes first, then the run. */
export async function stopRun(step: Step): Promise<void> {
  const { hub, entry, lease } = step
  const server = entry.value
  if (server.phase === 'stopping' || server.phase === 'stopped') {
    await endRun(step, server.failure)
    return
  }
  const now = hub.clock.now()
  const failure = server.phase === 'spawning' ? cancelled(now) : null
  const next = { ...stopping(server, now), failure }
  const written = await writeServer(hub, entry, next, { fence: lease })
  if (written && failure !== null) tellFailedStart(hub, server, failure)
}

/** A server that was ready and is found dead. */
export async function buryRun(step: Step, message: string): Promise<void> {
  const { hub, spawner, entry } = step
  const { spawnerState, secret } = entry.value
  const output = await spawner.output(spawnerState ?? {}, secret ?? undefined)
  const failure: ServerFailure = {
    at: hub.clock.now(),
    status: 500,
    reason: 'exited',
    message,
    output,
  }
  await endRun(step, failure)
}
