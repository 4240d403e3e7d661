import { ConfigFaults, formatFault } from '../config/faults.ts'
import { configPath, loadSnapshot } from '../config/load.ts'

/**
 * Checks a config file with the environment at hand, without starting anything. Prints `OK`, or a
 * line for each fault on stderr: `file:line:column: path: message`.
 * @param file the `--config` option; see {@link configPath}
 * @returns the exit code
 */
export async function runConfigCheck(file?: string): Promise<number> {
  try {
    await loadSnapshot(configPath(file))
    process.stdout.write('OK\n')
    return 0
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error
    process.stderr.write(`${error.faults.map(formatFault).join('\n')}\n`)
    return 1
  }
}
