import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { Clock } from '../../src/base/clock.ts'
import { sha256 } from '../../src/base/hash.ts'
import { openLog } from '../../src/base/log.ts'
import type { Config } from '../../src/config/schema.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { ConfigToken, Snapshot } from '../../src/config/snapshot.ts'
import type { HubContext } from '../../src/hub/context.ts'
import { StoreCache } from '../../src/store/cache.ts'
import { openStore } from '../../src/store/open.ts'

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #now: number

  /** @param now milliseconds since the epoch */
  constructor(now = Date.UTC(2026, 10, 22, 21, 8, 19, 673)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** @param ms milliseconds, forward or back */
  advance(ms: number): void {
    this.#now += ms
  }
}

export type ConfigInput = z.input<typeof configSchema>

export interface TestHub extends HubContext {
  readonly clock: FakeClock
  /** The SQLite file. */
  readonly file: string
  /** Puts another configuration in force, as a reload does. */
  reload(config: ConfigInput): void
  /** One more replica on the same file, with a connection and a cache of its own and the same clock. */
  another(config?: ConfigInput): Promise<TestHub>
  close(): Promise<void>
}

export interface TestHubOptions {
  config?: ConfigInput
  clock?: FakeClock
  /** The SQLite file of another hub; a new one in a temporary directory when left out. */
  file?: string
  /** Leave closing to the caller: for `beforeAll`, where no test is running. */
  keep?: boolean
}

function configTokens(config: Config): Map<string, ConfigToken> {
  const services = new Set(config.services.map((service) => service.name))
  const given = [
    ...Object.entries(config.api_tokens),
    ...config.services.flatMap((service) =>
      service.api_token === undefined ? [] : [[service.api_token, service.name] as const],
    ),
  ]
  return new Map(
    given.map(([secret, name]) => {
      const digest = secret.startsWith('sha256:') ? secret.slice('sha256:'.length) : sha256(secret)
      const kind = services.has(name) ? 'service' : 'user'
      return [digest, { id: `c${sha256(digest).slice(0, 16)}`, owner: { kind, name } }]
    }),
  )
}

/** A snapshot as the loader makes it, without a file. */
function testSnapshot(input: ConfigInput = {}, generation = 1): Snapshot {
  const config = configSchema.parse(input)
  const commandTokens = new Map(
    config.services.flatMap(({ name, command, api_token: token }) =>
      command.length === 0 || token === undefined ? [] : [[name, token] as const],
    ),
  )
  const file = '/test/hubgate.yaml'
  return { config, file, tokens: configTokens(config), commandTokens, generation }
}

/** A hub on a real SQLite file, closed and removed when the test is over. */
export async function openTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const clock = options.clock ?? new FakeClock()
  const own = options.file === undefined ? await mkdtemp(join(tmpdir(), 'hubgate-')) : undefined
  const file = options.file ?? join(own ?? '', 'hubgate.sqlite')
  const log = openLog('silent')
  const store = await openStore(`sqlite:${file}`, { clock, log, pollMs: 5 })
  const cache = new StoreCache({ store, clock, max: 10_000 })
  let snapshot = testSnapshot(options.config)
  const hub: TestHub = {
    store,
    cache,
    clock,
    log,
    file,
    snapshot: () => snapshot,
    reload: (config) => {
      snapshot = testSnapshot(config, snapshot.generation + 1)
      cache.clear()
    },
    another: (config = options.config ?? {}) =>
      openTestHub({ config, clock, file, keep: options.keep ?? false }),
    close: async () => {
      cache.close()
      await store.close()
      if (own !== undefined) await rm(own, { recursive: true, force: true })
    },
  }
  if (options.keep !== true) onTestFinished(() => hub.close())
  return hub
}
