import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ConfigFault } from '../../src/config/faults.ts'
import { ConfigFaults } from '../../src/config/faults.ts'
import type { LoadOptions } from '../../src/config/load.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'

/**
 * A folder with these files (name → content), removed after the test.
 * @returns its path
 */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'hubgate-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** Loads a config file with this text, in a folder of its own. */
export function loadText(
  text: string,
  env: NodeJS.ProcessEnv = {},
  options: LoadOptions = {},
): Promise<Snapshot> {
  return loadSnapshot(join(folderWith({ 'hubgate.yaml': text }), 'hubgate.yaml'), {
    env,
    ...options,
  })
}

/** The faults of a config file; none when it loads. */
export async function faultsOf(
  file: string,
  options: LoadOptions,
): Promise<readonly ConfigFault[]> {
  try {
    await loadSnapshot(file, options)
    return []
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults
    throw error
  }
}

/** The faults of a text, as `line:column: path: message`. */
export async function printedFaults(
  text: string,
  env: NodeJS.ProcessEnv = {},
  options: LoadOptions = {},
): Promise<string[]> {
  const file = join(folderWith({ 'hubgate.yaml': text }), 'hubgate.yaml')
  const faults = await faultsOf(file, { env, ...options })
  return faults.map(({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`)
}
