import { HubgateError } from '../base/errors.ts'
import type { ServerFailure } from '../model/server.ts'

/** The code of a system error, `ENOENT`; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/**
 * A start that failed.
 * @param message what happened and what to do, for the server's owner
 * @param detail for the log; never a secret
 */
export function spawnFault(
  reason: ServerFailure['reason'],
  message: string,
  { cause, ...detail }: { cause?: unknown } & Record<string, unknown> = {},
): HubgateError {
  return new HubgateError('spawn_failed', message, { cause, detail: { reason, ...detail } })
}
