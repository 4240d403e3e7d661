/** The machine's processes: from /proc where it exists, else from `ps`. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { codeOf } from '../fault.ts'

export interface ProcessEntry {
  pid: number
  parent: number
  group: number
  /** The first letter is the state: `Z` for a process that has ended and was not collected. */
  state: string
  /** When it began, comparable only for equality on the same machine and boot. */
  start: string
}

export interface ProcessTable {
  /** Changes when the machine restarts; empty where `start` says enough. */
  boot(): Promise<string>
  find(pid: number): Promise<ProcessEntry | undefined>
  list(): Promise<ProcessEntry[]>
  /** Those that began with `assignment` (`NAME=value`) in their environment, where it can be read. */
  withVariable(pids: number[], assignment: string): Promise<Set<number>>
}

/** Whether a process still runs, rather than waits to be collected by its parent. */
export function isLiving(entry: ProcessEntry): boolean {
  return !/^[ZXx]/.test(entry.state)
}

/**
 * One line of /proc/PID/stat. The second field, the name, may hold spaces and parentheses, so the
 * fields are counted from the last `)`; the start time is field 22 (proc_pid_stat(5)).
 * @returns undefined when the text is no such line
 */
export function parseStat(line: string): ProcessEntry | undefined {
  const pid = Number.parseInt(line, 10)
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group] = fields
  const start = fields[19]
  if (!line.includes(')') || Number.isNaN(pid) || state === undefined || start === undefined) {
    return undefined
  }
  return { pid, parent: Number(parent), group: Number(group), state, start }
}

const GONE = new Set(['ENOENT', 'ESRCH'])
const NOT_OURS = new Set(['EACCES', 'EPERM'])

/** A file of /proc; empty when the process is gone or its environment is not ours to read. */
async function readOfProcess(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = codeOf(error)
    if (GONE.has(code) || NOT_OURS.has(code)) return Buffer.alloc(0)
    throw error
  }
}

/** Files open at a time. */
const AT_ONCE = 64

async function mapSome<In, Out>(items: In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = []
  for (let i = 0; i < items.length; i += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(work))))
  }
  return results
}

/** Linux. */
export const procTable: ProcessTable = {
  async boot() {
    return (await readOfProcess('/proc/sys/kernel/random/boot_id')).toString().trim()
  },
  async find(pid) {
    return parseStat((await readOfProcess(`/proc/${pid}/stat`)).toString())
  },
  async list() {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
    const entries = await mapSome(pids, (pid) => procTable.find(pid))
    return entries.filter((entry) => entry !== undefined)
  },
  async withVariable(pids, assignment) {
    const wanted = Buffer.from(`\0${assignment}\0`)
    const edge = Buffer.of(0)
    const found = await mapSome(pids, async (pid) => {
      const environment = await readOfProcess(`/proc/${pid}/environ`)
      return Buffer.concat([edge, environment, edge]).includes(wanted) ? [pid] : []
    })
    return new Set(found.flat())
  },
}

const run = promisify(execFile)
const PS_COLUMNS = ['-o', 'pid=,ppid=,pgid=,state=,lstart=']
const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/

/** `ps` ends with 1 when it has nothing to show. */
function noneFound(error: unknown): { stdout: string } {
  if (codeOf(error) === '1') return { stdout: '' }
  throw error
}

async function ps(...choice: string[]): Promise<ProcessEntry[]> {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC0' }
  const { stdout } = await run('ps', [...choice, ...PS_COLUMNS], { env }).catch(noneFound)
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, start] = PS_LINE.exec(line) ?? []
    if (state === undefined || start === undefined) return []
    const words = start.trim().replace(/\s+/g, ' ')
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), state, start: words }]
  })
}

/** Where there is no /proc (macOS). Environments stay unseen there. */
export const psTable: ProcessTable = {
  boot: () => Promise.resolve(''),
  find: async (pid) => (await ps('-p', String(pid)))[0],
  list: () => ps('-A'),
  withVariable: () => Promise.resolve(new Set<number>()),
}

/** The table of this machine. */
export const processTable: ProcessTable = existsSync('/proc/self/stat') ? procTable : psTable
