import { readFile } from 'node:fs/promises'

/** Ticks per second of /proc/<pid>/stat (sysconf _SC_CLK_TCK), on all of Linux's platforms. */
const TICKS = 100

/** The processes that a process has started and that run. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(/\s+/).filter(Boolean).map(Number)
}

/** A process and all that it has started, and so on: as workers and their owner are. */
export async function familyOf(pid: number): Promise<number[]> {
  const children = await childrenOf(pid)
  return [pid, ...(await Promise.all(children.map(familyOf))).flat()]
}

/** Time that a process has spent computing, its own and the system's for it, in seconds. */
export async function cpuTime(pid: number): Promise<{ user: number; system: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // Behind the name, which may contain anything: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { user: Number(fields[11]) / TICKS, system: Number(fields[12]) / TICKS }
}

/** Time that processes have spent computing, theirs and the system's for them, in seconds. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(cpuTime))
  return times.reduce((sum, { user, system }) => sum + user + system, 0)
}
