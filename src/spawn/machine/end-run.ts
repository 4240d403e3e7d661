import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, Member } from './family.ts'

export interface EndRunOptions {
  /** How long the run may take to end by itself. */
  graceMs: number
  /** Aborted when the caller gives up waiting politely. */
  signal: AbortSignal
  /** Called when the run did not end by itself and is killed. */
  onKill: () => void
}

const FIRST_LOOK_MS = 25
const LAST_LOOK_MS = 250
/** A process that forks while the table is read can hide from one look, hardly from two. */
const LOOKS_TO_BE_SURE = 2

const slower = (ms: number): number => Math.min(ms * 1.5, LAST_LOOK_MS)
const inGroup = (members: Member[]): boolean => members.some((member) => member.inGroup)

/**
 * Ends a run: SIGTERM to the leader's group, upon which Jupyter shuts its kernels down; SIGKILL for
 * what is left of the group after the grace, and for what lives outside the group (kernels and
 * terminals in sessions of their own) once the group is gone.
 * @returns when nothing of the run is alive
 */
export async function endRun(family: Family, options: EndRunOptions): Promise<void> {
  if (inGroup(await family.members()) && !options.signal.aborted) {
    family.killGroup('SIGTERM')
    await waitForGroup(family, options)
  }
  await killAll(family, options.onKill)
}

/** @returns once the group is gone, or the grace is over */
async function waitForGroup(family: Family, { graceMs, signal }: EndRunOptions): Promise<void> {
  const deadline = performance.now() + graceMs
  let delay = FIRST_LOOK_MS
  while (!signal.aborted && performance.now() < deadline) {
    if (!(await family.leaderRuns()) && !inGroup(await family.members())) return
    await sleep(Math.min(delay, graceMs), undefined, { signal }).catch(() => undefined)
    delay = slower(delay)
  }
}

async function killAll(family: Family, onKill: () => void): Promise<void> {
  let delay = FIRST_LOOK_MS
  let quietLooks = 0
  let reported = false
  for (;;) {
    const members = await family.members()
    quietLooks = members.length === 0 ? quietLooks + 1 : 0
    if (quietLooks === LOOKS_TO_BE_SURE) return
    if (inGroup(members)) {
      if (!reported) onKill()
      reported = true
      family.killGroup('SIGKILL')
    }
    for (const member of members) family.kill(member.pid, 'SIGKILL')
    await sleep(delay)
    if (members.length > 0) delay = slower(delay)
  }
}
