import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { endRun } from '../machine/end-run.ts'
import { Family, RUN_ID_VARIABLE } from '../machine/family.ts'
import { processTable } from '../machine/process-table.ts'
import { GUARD_SCRIPT } from './guard-script.ts'
import { eachLine } from './output-lines.ts'

export interface ServiceProcessOptions {
  /** The program's absolute path and its arguments. */
  command: readonly string[]
  cwd: string
  environment: Readonly<Record<string, string>>
  /** Marks every process of this run. */
  runId: string
  /** Whole seconds between SIGTERM and SIGKILL. */
  patience: number
  /** Taken out of what it prints. */
  secret: string
  /** Called with each line that it prints. */
  onLine: (line: string) => void
}

/** How a process ended: one of the two is null. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A process that lives no longer than this gateway. */
export interface ServiceProcess {
  readonly pid: number
  /** How it ended, once nothing of what it started is left. */
  readonly ended: Promise<Exit>
  /** Ends it and everything it started: SIGTERM, and SIGKILL for what is left after the patience. */
  stop(): Promise<void>
}

/**
 * Ends whatever is left on this machine of a run whose gateway is gone, without patience.
 * @param runId the mark of the run
 */
export function endLeftovers(runId: string): Promise<void> {
  return endRun(new Family(processTable, runId, undefined), {
    graceMs: 0,
    signal: AbortSignal.abort(),
    onKill: () => undefined,
  })
}

/**
 * Runs a command until it ends or is stopped, in a process group of its own whose guard ends it when
 * the gateway dies (see guard-script.ts).
 * @throws Error when the process cannot be made
 */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const child = makeChild(options)
  const { pid } = child
  if (pid === undefined) {
    const [cause] = await once(child, 'error')
    throw new Error(`no process could be made in ${options.cwd}`, { cause })
  }
  child.on('error', () => undefined)
  const exit = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  for (const output of [child.stdout, child.stderr]) {
    if (output !== null) eachLine(output, options.secret, options.onLine)
  }
  const start = (await processTable.find(pid))?.start ?? ''
  const leader = { pid, start, boot: await processTable.boot() }
  let ending: Promise<void> | undefined
  const end = (): Promise<void> => {
    ending ??= dismissGuard(child).then(() =>
      endRun(new Family(processTable, options.runId, leader), {
        graceMs: options.patience * 1000,
        signal: new AbortController().signal,
        onKill: () => options.onLine('(it did not end by itself and was killed)'),
      }),
    )
    return ending
  }
  const ended = exit.then(async (how) => {
    await end()
    return how
  })
  return {
    pid,
    ended,
    stop: async () => {
      await end()
      await ended
    },
  }
}

function makeChild({ command, cwd, environment, runId, patience }: ServiceProcessOptions) {
  return spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'hubgate-service', String(patience), ...command], {
    cwd,
    env: { ...environment, [RUN_ID_VARIABLE]: runId },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
}

/** Sends the guard home; it may be gone already. */
async function dismissGuard(child: ChildProcess): Promise<void> {
  const guard = child.stdio[3]
  if (!(guard instanceof Writable)) return
  guard.on('error', () => undefined)
  await new Promise<void>((resolve) => guard.end('home\n', () => resolve()).once('close', resolve))
}
