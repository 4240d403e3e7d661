import { setTimeout as sleep } from 'node:timers/promises'
import { HubgateError } from '../base/errors.ts'
import { spawnFault } from './fault.ts'
import type { PollResult } from './port.ts'
import type { ProbeResult } from './probe.ts'
import { probe } from './probe.ts'

export interface WaitReadyOptions {
  /** Where the server is to listen, `http://127.0.0.1:45123`. */
  url: string
  /** The path that it serves, `/user/ada/`. */
  prefix: string
  /** Aborted when the start is cancelled. */
  signal: AbortSignal
  /** Whether the run is alive. */
  alive: () => Promise<PollResult>
  timeoutMs: number
}

/** A new attempt begins this often, so that an answer is noticed within twice this. */
const ATTEMPT_EVERY_MS = 40
/** An attempt on a server that accepts and says nothing; several of them overlap. */
const QUICK_ATTEMPT_MS = 240
/** One attempt at a time is given longer, for servers that need longer for each answer. */
const PATIENT_ATTEMPT_MS = 10_000
const ALIVE_EVERY_MS = 50

function exited(result: Extract<PollResult, { running: false }>): HubgateError {
  const message = `${result.message} It had not answered yet.`
  return spawnFault('exited', message, { exitCode: result.exitCode })
}

function timedOut(options: WaitReadyOptions, seen: ProbeResult): HubgateError {
  const { host } = new URL(options.url)
  const within = `within ${options.timeoutMs / 1000} seconds`
  switch (seen.kind) {
    case 'not-listening':
      return spawnFault('timeout', `The server did not listen on ${host} ${within}.`)
    case 'no-answer': {
      const message = `The server listens on ${host} but did not answer HTTP ${within}.`
      return spawnFault('timeout', message)
    }
    case 'answered': {
      const errors = `only with errors (HTTP ${seen.status})`
      return spawnFault('timeout', `The server on ${host} answered ${errors} ${within}.`)
    }
  }
}

/** Probes until one is answered as a server does that is up (wire-contract §5.5). */
class Prober {
  readonly #url: string
  readonly #signal: AbortSignal
  readonly #up = Promise.withResolvers<void>()
  #best: ProbeResult = { kind: 'not-listening' }

  constructor(url: string, signal: AbortSignal) {
    this.#url = url
    this.#signal = signal
  }

  /** The furthest that any attempt got. */
  get best(): ProbeResult {
    return this.#best
  }

  /** @returns once a server answered with less than 500; never when the signal is aborted before */
  async run(): Promise<void> {
    void this.#patientAttempts()
    void this.#quickAttempts()
    await this.#up.promise
  }

  async #quickAttempts(): Promise<void> {
    while (!this.#signal.aborted) {
      void this.#attempt(QUICK_ATTEMPT_MS)
      await this.#pause()
    }
  }

  async #patientAttempts(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#attempt(PATIENT_ATTEMPT_MS)
      await this.#pause()
    }
  }

  async #attempt(timeoutMs: number): Promise<void> {
    const result = await probe(this.#url, { timeoutMs, signal: this.#signal })
    if (this.#signal.aborted) return
    if (result.kind === 'answered' && result.status < 500) this.#up.resolve()
    if (result.kind === 'answered' || this.#best.kind === 'not-listening') this.#best = result
  }

  async #pause(): Promise<void> {
    await sleep(ATTEMPT_EVERY_MS, undefined, { signal: this.#signal }).catch(() => undefined)
  }
}

/**
 * Waits until a server that was started answers `GET {url}{prefix}api`; any status below 500 will
 * do. It is sent no credential: until it has answered, whoever listens there may be another.
 * @throws HubgateError `spawn_failed` with a text for the server's owner and `detail.reason`
 *   `exited` (at once when the run ends), `timeout` or `cancelled`; a HubgateError that the signal
 *   was aborted with is thrown as it is
 */
export async function waitReady(options: WaitReadyOptions): Promise<void> {
  const { url, prefix, signal, alive, timeoutMs } = options
  const over = new AbortController()
  const prober = new Prober(`${url}${prefix}api`, over.signal)
  try {
    await Promise.race([
      prober.run(),
      watch(alive, over.signal),
      sleep(timeoutMs, undefined, { signal: over.signal }).then(() => {
        throw timedOut(options, prober.best)
      }),
      aborted(signal, over.signal),
    ])
  } finally {
    over.abort()
  }
  // Another server may have answered on a port that ours did not get.
  const result = await alive()
  if (!result.running) throw exited(result)
}

/** Rejects when the run ends, or when `over` is aborted. */
async function watch(alive: () => Promise<PollResult>, over: AbortSignal): Promise<never> {
  for (;;) {
    const result = await alive()
    if (!result.running) throw exited(result)
    await sleep(ALIVE_EVERY_MS, undefined, { signal: over })
  }
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    const refuse = (): void => {
      const reason: unknown = signal.reason
      const isOurs = reason instanceof HubgateError
      reject(isOurs ? reason : spawnFault('cancelled', 'The start was cancelled.'))
    }
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { signal: over })
  })
}
