import { seconds } from '../../base/clock.ts'
import { waitAnswer } from '../../spawn/service/wait-answer.ts'
import type { HubContext } from '../context.ts'
import { probedUrl } from './service-url.ts'

/**
 * Looks once whether the services of the configuration that somebody else runs answer, and tells the
 * operator when they do not: nothing else depends on it.
 */
export class ExternalServices {
  readonly #hub: HubContext
  readonly #ending = new AbortController()
  #seen = new Set<string>()

  constructor(hub: HubContext) {
    this.#hub = hub
  }

  /** Looks at those that are new in the configuration in force, or elsewhere than they were. */
  apply(): void {
    const { config } = this.#hub.snapshot()
    const places = new Set<string>()
    for (const { name, url, command, timeout } of config.services) {
      if (url === undefined || command.length > 0) continue
      const place = probedUrl(config, name, url)
      places.add(place)
      if (!this.#seen.has(place)) void this.#look(name, place, timeout)
    }
    this.#seen = places
  }

  /** Stops looking. */
  close(): void {
    this.#ending.abort()
  }

  async #look(service: string, url: string, timeout: number): Promise<void> {
    const { signal } = this.#ending
    const answers = await waitAnswer(url, seconds(timeout), signal)
    if (answers || signal.aborted) return
    const about = { event: 'service.silent', service, url, timeout }
    this.#hub.log.warn(
      about,
      'the service does not answer at its url; start it, or correct the url',
    )
  }
}
