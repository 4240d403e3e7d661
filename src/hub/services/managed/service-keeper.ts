import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../../../base/clock.ts'
import type { ServiceConfig } from '../../../config/schema.ts'
import type { ServiceProcess } from '../../../spawn/service/service-process.ts'
import { endLeftovers, startServiceProcess } from '../../../spawn/service/service-process.ts'
import { waitAnswer } from '../../../spawn/service/wait-answer.ts'
import type { Lease } from '../../../store/port.ts'
import { hubApiUrl } from '../../connect-url.ts'
import type { HubContext } from '../../context.ts'
import { holdLease, LEASE_RETRY_MS } from '../../leases.ts'
import { probedUrl } from '../service-url.ts'
import { ofConfig } from '../services.ts'
import { BackOff } from './back-off.ts'
import { serviceEnvironment } from './service-environment.ts'
import type { ServiceRun } from './service-runs.ts'
import { beginRun, endRunOf, noteProcess, storedRun } from './service-runs.ts'

/** Seconds between SIGTERM and SIGKILL. */
const PATIENCE = 10

export interface KeeperOptions {
  /** Names this replica in leases. */
  holder: string
  settings: ServiceConfig
  /** The service's configured token; one is made for each run when it is left out. */
  token: string | undefined
}

/** Runs one service for as long as it holds the right to, and starts it again whenever it ends. */
export class ServiceKeeper {
  readonly #hub: HubContext
  readonly #options: KeeperOptions
  readonly #name: string
  readonly #ending = new AbortController()
  readonly #done: Promise<void>

  /** Begins at once. */
  constructor(hub: HubContext, options: KeeperOptions) {
    this.#hub = hub
    this.#options = options
    this.#name = options.settings.name
    this.#done = this.#keep()
  }

  /** Stops the service, if it runs here, with everything that it started. */
  async close(): Promise<void> {
    this.#ending.abort()
    await this.#done
  }

  /** Waits for its turn, and then keeps it until it ends or loses it. */
  async #keep(): Promise<void> {
    const ending = this.#ending.signal
    while (!ending.aborted) {
      const held = await holdLease(this.#hub, `service/${this.#name}`, this.#options.holder).catch(
        () => undefined,
      )
      if (held === undefined) await pause(LEASE_RETRY_MS, ending)
      else {
        await this.#runs(held.lease, AbortSignal.any([held.lost, ending]))
        await held.release().catch(() => undefined)
      }
    }
  }

  async #runs(lease: Lease, signal: AbortSignal): Promise<void> {
    const { log } = this.#hub
    const backOff = new BackOff()
    for (;;) {
      const began = performance.now()
      await this.#runOnce(lease, signal).catch((error: unknown) => {
        log.error({ err: error, service: this.#name }, 'the service cannot be run')
      })
      if (signal.aborted) return
      const ms = backOff.after(performance.now() - began)
      log.warn({ service: this.#name, seconds: ms / 1000 }, 'the service is started again soon')
      await pause(ms, signal)
    }
  }

  async #runOnce(lease: Lease, signal: AbortSignal): Promise<void> {
    const before = await storedRun(this.#hub, this.#name)
    if (before !== undefined) await endLeftovers(before.value.runId)
    const run = await beginRun(this.#hub, this.#name, lease, this.#options.token)
    try {
      if (!signal.aborted) await this.#untilEnded(run, signal)
    } finally {
      await endRunOf(this.#hub, run.record).catch((error: unknown) => {
        this.#hub.log.warn({ err: error, service: this.#name }, 'the end of a service is not noted')
      })
    }
  }

  async #untilEnded(run: ServiceRun, signal: AbortSignal): Promise<void> {
    const { log } = this.#hub
    const service = this.#name
    const started = await this.#start(run)
    log.info({ event: 'service.started', service, pid: started.pid }, 'service started')
    const over = new AbortController()
    // A failure to stop it is that of `ended`, too.
    const stop = (): void => void started.stop().catch(() => undefined)
    signal.addEventListener('abort', stop, { signal: over.signal })
    if (signal.aborted) stop()
    this.#expectAnswer(started, over.signal).catch(() => undefined)
    noteProcess(this.#hub, run, started.pid).catch(() => undefined)
    const { code, signal: by } = await started.ended
    over.abort()
    const about = { event: 'service.ended', service, code, signal: by }
    if (signal.aborted) log.info(about, 'service stopped')
    else log.error(about, 'service ended by itself')
  }

  #start(run: ServiceRun): Promise<ServiceProcess> {
    const { settings } = this.#options
    const { config } = this.#hub.snapshot()
    return startServiceProcess({
      command: settings.command,
      cwd: settings.cwd ?? process.cwd(),
      environment: serviceEnvironment({
        config,
        settings,
        service: ofConfig(config, settings),
        token: run.token,
        apiUrl: hubApiUrl(this.#hub),
        parent: process.env,
      }),
      runId: run.record.runId,
      patience: PATIENCE,
      secret: run.token,
      onLine: (line) => this.#hub.log.info({ event: 'service.output', service: this.#name }, line),
    })
  }

  /** A service with a url that does not answer in time is ended, and so started again. */
  async #expectAnswer(started: ServiceProcess, signal: AbortSignal): Promise<void> {
    const { url, timeout } = this.#options.settings
    if (url === undefined) return
    const place = probedUrl(this.#hub.snapshot().config, this.#name, url)
    const answered = await waitAnswer(place, seconds(timeout), signal)
    if (signal.aborted) return
    const about = { event: 'service.answers', service: this.#name, url: place }
    if (answered) this.#hub.log.info(about, 'the service answers')
    else {
      const late = { ...about, event: 'service.silent', timeout }
      this.#hub.log.error(late, 'the service does not answer at its url; it is stopped')
      await started.stop()
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined)
}
