import type { ProcessTable } from './process-table.ts'
import { isLiving } from './process-table.ts'

/** One process and no other: pids are used again, their start times are not. */
export interface Identity {
  pid: number
  start: string
  boot: string
}

/** Whether this very process still runs. */
export async function isRunning(table: ProcessTable, leader: Identity): Promise<boolean> {
  const entry = await table.find(leader.pid)
  if (entry === undefined || entry.start !== leader.start || !isLiving(entry)) return false
  return (await table.boot()) === leader.boot
}
