import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HubgateError } from '../../base/errors.ts'
import { codeOf, spawnFault } from '../fault.ts'
import type { Exit } from './children.ts'
import { rememberChild } from './children.ts'
import type { Claim } from './claim.ts'
import { peekClaim, readClaim } from './claim.ts'
import { LAUNCH_SCRIPT } from './launch-script.ts'
import type { RunState } from './run-state.ts'
import { claimFile, outputFile } from './run-state.ts'

export interface LaunchOptions {
  /** The program's absolute path and its arguments. */
  command: string[]
  cwd: string
  environment: Record<string, string>
  signal: AbortSignal
}

const LOOK_MS = 2

const cancelled = (): HubgateError => spawnFault('cancelled', 'The start was cancelled.')

function launchFailed(cause: unknown): HubgateError {
  const message = "The server's process could not be made. The gateway's log says more."
  return spawnFault('internal', message, { cause, code: codeOf(cause) })
}

/** Why a file of the run could not be written: without its directory it was stopped and cleaned. */
export function runDirectoryFault(error: unknown): HubgateError {
  return codeOf(error) === 'ENOENT' ? cancelled() : launchFailed(error)
}

/**
 * Whether a claim says that the run has been started, by whomever.
 * @throws HubgateError when it was ruled out
 */
export function isLaunched(claim: Claim): boolean {
  if (claim.kind === 'ruled-out') throw cancelled()
  return claim.kind === 'taken'
}

/**
 * Launches a run in a session of its own, its output in a file, so that nothing of it depends on
 * the gateway's life. Of several launches of one run one starts it and the others do nothing.
 * @returns once the run has its claim; what happens to the process after that `poll` tells
 * @throws HubgateError `spawn_failed`
 */
export async function launch(run: RunState, options: LaunchOptions): Promise<void> {
  const isCancelled = (): boolean => options.signal.aborted
  if (isCancelled()) throw cancelled()
  const { pid, exit } = await makeProcess(run, options)
  const end = exit.then(() => true)
  for (;;) {
    const ended = await Promise.race([end, sleep(LOOK_MS, false)])
    const claim = ended ? await readClaim(run) : await peekClaim(run)
    // Somebody else's claim ends the launch by itself, and until then it is not over.
    if (ended ? isLaunched(claim) : isClaimOf(claim, pid)) return
    if (ended) throw launchFailed(new Error('The launch ended without a claim.'))
    if (isCancelled()) throw cancelled()
  }
}

const isClaimOf = (claim: Claim, pid: number): boolean =>
  claim.kind === 'taken' && claim.leader.pid === pid

interface Launched {
  pid: number
  exit: Promise<Exit>
}

async function makeProcess(run: RunState, options: LaunchOptions): Promise<Launched> {
  const { command, cwd, environment } = options
  const output = await open(outputFile(run), 'a', 0o600).catch((error: unknown) => {
    throw runDirectoryFault(error)
  })
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', LAUNCH_SCRIPT, 'hubgate-launch', claimFile(run), ...command],
      { cwd, env: environment, detached: true, stdio: ['ignore', output.fd, output.fd] },
    )
    child.unref()
    const { pid } = child
    if (pid === undefined) throw (await once(child, 'error'))[0]
    child.on('error', () => undefined)
    return { pid, exit: rememberChild(run.dir, pid, child) }
  } catch (error) {
    throw launchFailed(error)
  } finally {
    await output.close()
  }
}
