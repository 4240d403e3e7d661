import { isDeepStrictEqual } from 'node:util'
import type { Log } from '../base/log.ts'
import { ConfigFaults } from '../config/faults.ts'
import type { LoadOptions } from '../config/load.ts'
import { loadSnapshot } from '../config/load.ts'
import { restartKeys } from '../config/restart-keys.ts'
import type { Config } from '../config/schema.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { watchConfig } from '../config/watch.ts'

export interface LiveConfigOptions {
  log: Log
  /** What the command line said; it goes before the file at each reload. */
  overrides: NonNullable<LoadOptions['overrides']>
  /** Called with each new snapshot, after it is in force; its failure is logged. */
  onSwap: (snapshot: Snapshot) => Promise<void>
}

/** What cannot change while serving stays as it was. */
function keepFixed(before: Config, after: Config): Config {
  const { listen, base_url, store, log_level, proxy } = before
  return { ...after, listen, base_url, store, log_level, proxy }
}

/**
 * The configuration in force. A change of the file is built and checked first and swapped in whole;
 * a faulty file changes nothing. Who works with the snapshot that was in force keeps it until done.
 */
export class LiveConfig {
  readonly #options: LiveConfigOptions
  readonly #watcher: { close(): void }
  #current: Snapshot
  #turn = Promise.resolve()

  constructor(first: Snapshot, options: LiveConfigOptions) {
    this.#current = first
    this.#options = options
    this.#watcher = watchConfig(first.file, () => {
      this.#turn = this.#turn.then(() => this.#reload())
    })
    // The file may have changed between its first reading and the watch.
    this.#turn = this.#recheck()
  }

  /** The snapshot in force now. */
  get current(): Snapshot {
    return this.#current
  }

  async close(): Promise<void> {
    this.#watcher.close()
    await this.#turn
  }

  async #recheck(): Promise<void> {
    const { log, overrides } = this.#options
    try {
      const { config, file } = this.#current
      const again = await loadSnapshot(file, { overrides })
      if (!isDeepStrictEqual(again.config, config)) await this.#reload()
    } catch (error) {
      log.error({ err: error }, 'the configuration cannot be read again')
    }
  }

  async #reload(): Promise<void> {
    const { log, overrides, onSwap } = this.#options
    const before = this.#current
    try {
      const generation = before.generation + 1
      const loaded = await loadSnapshot(before.file, { generation, overrides })
      const waiting = restartKeys(before.config, loaded.config)
      if (waiting.length > 0) log.warn({ keys: waiting }, 'these changes need a restart')
      this.#current = Object.freeze({
        ...loaded,
        config: Object.freeze(keepFixed(before.config, loaded.config)),
      })
      await onSwap(this.#current)
      log.info({ generation }, 'configuration reloaded')
    } catch (error) {
      if (error instanceof ConfigFaults) {
        log.error({ faults: error.faults }, 'configuration not reloaded: the file is faulty')
      } else log.error({ err: error }, 'configuration not reloaded')
    }
  }
}
