import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'

/** What the store remembers of a run of the process spawner; holds no secret. */
const runStateSchema = z.object({
  runId: z.string().min(1),
  /** The run's own directory, absolute. */
  dir: z.string().startsWith('/'),
  port: z.number().int().min(1).max(65535),
  ip: z.string(),
})

export type RunState = z.output<typeof runStateSchema>

/**
 * The state that `prepare` made, back from the store.
 * @throws ZodError when it is something else
 */
export function parseRunState(state: unknown): RunState {
  return runStateSchema.parse(state)
}

/** `O_EXCL` decides on this file whether the run starts or is ruled out. */
export const claimFile = (run: Pick<RunState, 'dir'>): string => join(run.dir, 'claim')

/** What the server prints. */
export const outputFile = (run: Pick<RunState, 'dir'>): string => join(run.dir, 'output.log')

const WILDCARDS: Record<string, string> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where the gateway reaches the run: without a path, on loopback when it listens everywhere. */
export function runUrl(run: Pick<RunState, 'ip' | 'port'>): string {
  const host = WILDCARDS[run.ip] ?? run.ip
  return `http://${isIPv6(host) ? `[${host}]` : host}:${run.port}`
}
