import type { ServiceConfig } from '../../../config/schema.ts'
import { endLeftovers } from '../../../spawn/service/service-process.ts'
import { hubApiUrl } from '../../connect-url.ts'
import type { HubContext } from '../../context.ts'
import { holdLease } from '../../leases.ts'
import { ServiceKeeper } from './service-keeper.ts'
import { endRunOf, storedRuns } from './service-runs.ts'

interface Kept {
  /** Tells whether the service is still to be run in the same way. */
  readonly print: string
  readonly keeper: ServiceKeeper
}

/**
 * Runs the services of the configuration that have a command: each on one replica at a time, started
 * again when it ends, stopped when the configuration says so or this replica ends.
 */
export class ManagedServices {
  readonly #hub: HubContext
  readonly #holder: string
  readonly #kept = new Map<string, Kept>()
  #turn = Promise.resolve()
  #state: 'new' | 'open' | 'closed' = 'new'

  /** @param holder names this replica in leases */
  constructor(hub: HubContext, holder: string) {
    this.#hub = hub
    this.#holder = holder
  }

  /** Begins; call it once this replica listens, for services call it as soon as they run. */
  start(): void {
    this.#state = 'open'
    void this.apply()
  }

  /**
   * Takes up the configuration in force: starts, restarts and stops what it changed. What the store
   * knows of services that are run no more ends as well.
   * @returns resolved when all that is under way; never rejected
   */
  apply(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#apply())
    return this.#turn
  }

  /** Stops everything that runs here. */
  async close(): Promise<void> {
    this.#state = 'closed'
    await this.#turn
    await this.#stop([...this.#kept.keys()])
  }

  async #apply(): Promise<void> {
    if (this.#state !== 'open') return
    const { config, commandTokens } = this.#hub.snapshot()
    const wanted = new Map(
      config.services
        .filter(({ command }) => command.length > 0)
        .map((settings) => [settings.name, settings] as const),
    )
    const apiUrl = hubApiUrl(this.#hub)
    const print = (settings: ServiceConfig): string =>
      JSON.stringify([settings, config.base_url, config.public_url, apiUrl])
    const stale = [...this.#kept].filter(([name, { print: before }]) => {
      const settings = wanted.get(name)
      return settings === undefined || print(settings) !== before
    })
    await this.#stop(stale.map(([name]) => name))
    for (const [name, settings] of wanted) {
      if (this.#kept.has(name)) continue
      const token = commandTokens.get(name)
      const keeper = new ServiceKeeper(this.#hub, { holder: this.#holder, settings, token })
      this.#kept.set(name, { print: print(settings), keeper })
    }
    await this.#endForgotten(new Set(wanted.keys())).catch((error: unknown) => {
      this.#hub.log.warn({ err: error }, 'services that are run no more cannot be looked for')
    })
  }

  async #stop(names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const kept = this.#kept.get(name)
        this.#kept.delete(name)
        await kept?.keeper.close()
      }),
    )
  }

  /** Runs that a gateway left behind when it died, of services that nobody runs any more. */
  async #endForgotten(wanted: ReadonlySet<string>): Promise<void> {
    const forgotten = (await storedRuns(this.#hub)).filter(({ name }) => !wanted.has(name))
    for (const run of forgotten) {
      const held = await holdLease(this.#hub, `service/${run.name}`, this.#holder)
      if (held === undefined) continue
      try {
        await endLeftovers(run.runId)
        await endRunOf(this.#hub, run)
      } finally {
        await held.release().catch(() => undefined)
      }
    }
  }
}
