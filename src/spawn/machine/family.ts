import { codeOf } from '../fault.ts'
import type { Identity } from './identity.ts'
import { isRunning } from './identity.ts'
import type { ProcessEntry, ProcessTable } from './process-table.ts'
import { isLiving } from './process-table.ts'

export interface Member {
  pid: number
  /** In the process group that the run began with. */
  inGroup: boolean
}

/** Marks every process of a run in its environment. */
export const RUN_ID_VARIABLE = 'HUBGATE_RUN_ID'

/**
 * Everything that a run started: its leader, the leader's process group, their descendants, and
 * whoever carries the run's mark, as Jupyter's kernels and terminals do in sessions of their own.
 * A process that cleared its environment and left group and parent before anybody looked escapes.
 */
export class Family {
  readonly #table: ProcessTable
  readonly #mark: string
  readonly #leader: Identity | undefined
  /** Start times by pid of those seen earlier. */
  readonly #known = new Map<number, string>()
  readonly #untouchable = new Set<number>()

  /** @param leader undefined when it died before it said who it was */
  constructor(table: ProcessTable, runId: string, leader: Identity | undefined) {
    this.#table = table
    this.#mark = `${RUN_ID_VARIABLE}=${runId}`
    this.#leader = leader
  }

  async leaderRuns(): Promise<boolean> {
    return this.#leader !== undefined && (await isRunning(this.#table, this.#leader))
  }

  /** Those alive now, without us and without those that {@link kill} may not touch. */
  async members(): Promise<Member[]> {
    const leaderBoot = this.#leader?.boot
    if (leaderBoot !== undefined && leaderBoot !== (await this.#table.boot())) return []
    const entries = await this.#table.list()
    const mine = await this.#recognised(entries)
    this.#addGroup(entries, mine)
    addDescendants(entries, mine)
    const group = this.#leader?.pid
    const living = entries.filter(
      (entry) =>
        mine.has(entry.pid) &&
        isLiving(entry) &&
        entry.pid !== process.pid &&
        !this.#untouchable.has(entry.pid),
    )
    for (const entry of living) this.#known.set(entry.pid, entry.start)
    return living.map((entry) => ({ pid: entry.pid, inGroup: entry.group === group }))
  }

  /** Signals one process; one that has just ended is fine, and one that we may not signal is given up. */
  kill(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (codeOf(error) === 'EPERM') this.#untouchable.add(pid)
    }
  }

  /** Signals the leader's group; call it only when {@link members} has just shown that it is ours. */
  killGroup(signal: NodeJS.Signals): void {
    if (this.#leader === undefined) return
    try {
      process.kill(-this.#leader.pid, signal)
    } catch {
      // It has just ended, or `kill` finds out which of its members are not ours to signal.
    }
  }

  async #recognised(entries: ProcessEntry[]): Promise<Set<number>> {
    const mine = new Set<number>()
    const others: number[] = []
    for (const { pid, start } of entries) {
      const isLeader = pid === this.#leader?.pid && start === this.#leader.start
      if (isLeader || this.#known.get(pid) === start) mine.add(pid)
      else others.push(pid)
    }
    for (const pid of await this.#table.withVariable(others, this.#mark)) mine.add(pid)
    return mine
  }

  /** A group is ours while one of us is in it: until then its number cannot be given to others. */
  #addGroup(entries: ProcessEntry[], mine: Set<number>): void {
    const group = this.#leader?.pid
    if (group === undefined) return
    const members = entries.filter((entry) => entry.group === group)
    if (!members.some((entry) => mine.has(entry.pid))) return
    for (const entry of members) mine.add(entry.pid)
  }
}

function addDescendants(entries: ProcessEntry[], mine: Set<number>): void {
  let grew = true
  while (grew) {
    grew = false
    for (const entry of entries) {
      if (mine.has(entry.pid) || !mine.has(entry.parent)) continue
      mine.add(entry.pid)
      grew = true
    }
  }
}
