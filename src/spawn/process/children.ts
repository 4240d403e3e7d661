/**
 * How the processes ended that this gateway started itself: only a parent is told. It is a fact of
 * the gateway's process, so it outlives a spawner that a change of the configuration replaced.
 */
import type { ChildProcess } from 'node:child_process'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

const exits = new Map<string, Map<number, Promise<Exit>>>()

/**
 * Remembers the child, and its end once that comes, until {@link forgetChildren}.
 * @returns its end
 */
export function rememberChild(dir: string, pid: number, child: ChildProcess): Promise<Exit> {
  const exit = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const ofRun = exits.get(dir) ?? new Map<number, Promise<Exit>>()
  exits.set(dir, ofRun.set(pid, exit))
  return exit
}

/** The end of a child of ours: pending while it runs. Undefined when it is not ours. */
export function exitOfChild(dir: string, pid: number): Promise<Exit> | undefined {
  return exits.get(dir)?.get(pid)
}

/** Forgets a run's children. */
export function forgetChildren(dir: string): void {
  exits.delete(dir)
}
