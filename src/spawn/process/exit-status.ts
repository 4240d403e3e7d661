import { constants } from 'node:os'
import type { Exit } from './children.ts'

/**
 * How a server ended, for its owner.
 * @param exit undefined when nobody was there to see it
 * @returns the exit code; a signal's number below zero, as JupyterHub shows it
 */
export function describeExit(exit: Exit | undefined): { exitCode: number | null; message: string } {
  if (exit === undefined) return { exitCode: null, message: 'The server is not running any more.' }
  if (exit.signal !== null) {
    return {
      exitCode: -constants.signals[exit.signal],
      message: `The server was ended by ${exit.signal}.`,
    }
  }
  return { exitCode: exit.code, message: `The server exited with code ${exit.code}.` }
}
