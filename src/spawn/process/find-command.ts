import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { spawnFault } from '../fault.ts'

/** Where execvp(3) looks when there is no PATH. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'

type Found = 'executable' | 'not-executable' | 'absent'

async function inspect(file: string): Promise<Found> {
  try {
    if (!(await stat(file)).isFile()) return 'absent'
  } catch {
    return 'absent'
  }
  try {
    await access(file, constants.X_OK)
    return 'executable'
  } catch {
    return 'not-executable'
  }
}

function candidates(name: string, path: string | undefined): string[] {
  if (name.includes('/')) return [resolve(name)]
  const directories = (path ?? DEFAULT_PATH).split(delimiter).filter((entry) => entry !== '')
  return directories.map((directory) => resolve(join(directory, name)))
}

/**
 * The absolute path of a command, so that a missing one is told before anything starts.
 * @param name as in `spawner.cmd`; with a slash it is a path, relative to the gateway's directory
 * @param path the `PATH` of the server
 * @throws HubgateError `spawn_failed`, reason `command`, with a text for the server's owner
 */
export async function findCommand(name: string, path: string | undefined): Promise<string> {
  let blocked: string | undefined
  for (const file of candidates(name, path)) {
    const found = await inspect(file)
    if (found === 'executable') return file
    if (found === 'not-executable') blocked ??= file
  }
  const problem = blocked === undefined ? 'was not found' : 'is not executable'
  const advice =
    blocked === undefined
      ? 'An administrator has to install it, or name its full path in `spawner.cmd`.'
      : 'An administrator has to make it executable, or name another in `spawner.cmd`.'
  const message = `The command '${name}' ${problem}. ${advice}`
  throw spawnFault('command', message, { command: name, file: blocked, path })
}
