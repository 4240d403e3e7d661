/**
 * Who may start a run. The file is made with O_EXCL, once in a run's life: by the launch, which
 * writes who it is and becomes the server, or by `stop`, after which no launch can begin. So every
 * order of start, stop and a gateway's death ends in one server that can be found, or in none.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../fault.ts'
import type { Identity } from '../machine/identity.ts'
import { parseStat } from '../machine/process-table.ts'
import type { RunState } from './run-state.ts'
import { claimFile } from './run-state.ts'

export type Claim =
  /** Nobody took it, or the run's directory is gone. */
  | { kind: 'none' }
  /** Somebody is writing it, or died while doing so. */
  | { kind: 'partial' }
  /** `stop` came first. */
  | { kind: 'ruled-out' }
  | { kind: 'taken'; leader: Identity }

const RULED_OUT = 'stopped\n'
const PARTIAL_PATIENCE_MS = 1000

/** The claim's text, as launch-script.ts writes it: pid, start, boot id and a full stop on a line each. */
export function parseClaim(text: string): Claim {
  if (text === RULED_OUT) return { kind: 'ruled-out' }
  const [pid, start, boot, end] = text.split('\n')
  if (pid === undefined || start === undefined || boot === undefined || end !== '.') {
    return { kind: 'partial' }
  }
  return {
    kind: 'taken',
    leader: {
      pid: Number(pid),
      start: parseStat(start)?.start ?? start.trim().replace(/\s+/g, ' '),
      boot,
    },
  }
}

/** The claim as it is at this moment. */
export async function peekClaim(run: RunState): Promise<Claim> {
  try {
    return parseClaim(await readFile(claimFile(run), 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'none' }
    throw error
  }
}

/** The claim; one that is being written is waited for, up to a second. */
export async function readClaim(run: RunState): Promise<Claim> {
  const giveUp = performance.now() + PARTIAL_PATIENCE_MS
  let claim = await peekClaim(run)
  while (claim.kind === 'partial' && performance.now() < giveUp) {
    await sleep(10)
    claim = await peekClaim(run)
  }
  return claim
}

/**
 * Takes the claim so that no launch can, unless somebody has it.
 * @returns the claim in force afterwards
 */
export async function ruleOut(run: RunState): Promise<Claim> {
  try {
    await writeFile(claimFile(run), RULED_OUT, { flag: 'wx', mode: 0o600 })
    return { kind: 'ruled-out' }
  } catch (error) {
    // Without its directory a run cannot be claimed, and only `prepare` makes the directory.
    if (codeOf(error) === 'ENOENT') return { kind: 'ruled-out' }
    if (codeOf(error) !== 'EEXIST') throw error
  }
  return readClaim(run)
}
