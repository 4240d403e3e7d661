import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf, spawnFault } from '../fault.ts'
import { encodeName } from './encode-name.ts'

/**
 * A user's home directory, made for its owner only (0700) when missing; one that exists is left as
 * it is.
 * @param notebookDir `spawner.notebook_dir`, relative to the gateway's directory
 * @returns its absolute path
 * @throws HubgateError `spawn_failed`, reason `command`, with a text for the server's owner
 */
export async function makeHome(notebookDir: string, user: string): Promise<string> {
  const home = resolve(notebookDir.replaceAll('{username}', () => encodeName(user)))
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    return home
  } catch (error) {
    const message =
      `The home directory could not be made (${codeOf(error)}). An administrator has to let the ` +
      'gateway write where `spawner.notebook_dir` points.'
    throw spawnFault('command', message, { cause: error, home })
  }
}
