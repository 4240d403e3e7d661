import { resolve } from 'node:path'
import type { ConfigTree } from './config-tree.ts'
import { ConfigFaults } from './faults.ts'
import { fileFault, openResolver, readText } from './interpolate.ts'
import { readTree } from './read-tree.ts'
import { sealSnapshot } from './seal.ts'
import type { Snapshot } from './snapshot.ts'
import { validate } from './validate.ts'

export interface LoadOptions {
  /** What `${NAME}` is taken from; the process's own environment by default. */
  env?: NodeJS.ProcessEnv
  /** 1 by default; one more with each reload. */
  generation?: number
  /** Command-line options, which go before the file. */
  overrides?: {
    host?: string | undefined
    port?: number | undefined
    store?: string | undefined
    workers?: number | 'auto' | undefined
  }
}

/**
 * The config file to use: the option, else `$HUBGATE_CONFIG`, else `config/hubgate.yaml`.
 * @returns an absolute path
 */
export function configPath(option?: string): string {
  return resolve(option ?? process.env['HUBGATE_CONFIG'] ?? 'config/hubgate.yaml')
}

function override(tree: ConfigTree, overrides: NonNullable<LoadOptions['overrides']>): void {
  const { host, port, store, workers } = overrides
  if (host !== undefined) tree.override(['listen', 'host'], host)
  if (port !== undefined) tree.override(['listen', 'port'], port)
  if (store !== undefined) tree.override(['store'], store)
  if (workers !== undefined) tree.override(['listen', 'workers'], workers)
}

/**
 * Reads, checks and freezes a configuration.
 * @param file absolute path; its folder is what `${file:PATH}` is relative to
 * @throws ConfigFaults with everything that is wrong, when anything is
 */
export async function loadSnapshot(file: string, options: LoadOptions = {}): Promise<Snapshot> {
  const { env = process.env, generation = 1, overrides = {} } = options
  const text = await readConfig(file)
  const tree = readTree(text, file, await openResolver(text, file, env))
  override(tree, overrides)
  const result = validate(tree)
  if ('faults' in result) throw new ConfigFaults(result.faults)
  return sealSnapshot(result.config, file, generation)
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readText(file)
  } catch (error) {
    const message = `the configuration cannot be read: ${fileFault(error)}`
    const fault = { file, line: null, column: null, path: '', message }
    throw new ConfigFaults([fault], { cause: error })
  }
}
