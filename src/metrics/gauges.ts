import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import { seconds } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { PREFIX } from './instruments.ts'
import { Seldom } from './seldom.ts'

/** How long a count of active users is good: it reads a record for each user. */
const ACTIVE_USERS_EVERY_MS = seconds(60 * 60)

const DAY_MS = seconds(24 * 60 * 60)

/** The periods of `active_users`, in milliseconds. */
const PERIODS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const

/** Where the numbers about the whole hub come from. */
export interface Counts {
  /** Cheap: asked at every scrape. */
  runningServers: () => Promise<number>
  /** Cheap: asked at every scrape. */
  totalUsers: () => Promise<number>
  /**
   * How many users were active since each of some times, in milliseconds since the epoch. Asked
   * once an hour at most.
   */
  activeUsers: (since: readonly number[]) => Promise<readonly number[]>
}

/**
 * Makes JupyterHub's gauges (wire-contract §9). They are about the whole hub, so every replica tells
 * the same. One whose number cannot be had is left out of the scrape.
 */
export function openGauges(
  registry: Registry,
  { counts, clock, log }: { counts: Counts; clock: Clock; log: Log },
): void {
  const counted = (name: string, help: string, count: () => Promise<number>): void => {
    new Gauge({
      name: `${PREFIX}${name}`,
      help,
      registers: [registry],
      aggregator: 'max',
      async collect() {
        try {
          this.set(await count())
        } catch (error) {
          log.warn({ err: error, metric: name }, 'a metric cannot be read')
          this.remove()
        }
      },
    })
  }
  counted('running_servers', 'How many servers are ready', counts.runningServers)
  counted('total_users', 'How many users there are', counts.totalUsers)

  const periods = Object.keys(PERIODS)
  const active = new Seldom({
    clock,
    log,
    everyMs: ACTIVE_USERS_EVERY_MS,
    compute: () => {
      const now = clock.now()
      return counts.activeUsers(Object.values(PERIODS).map((length) => now - length))
    },
  })
  new Gauge({
    name: `${PREFIX}active_users`,
    help: 'How many users were active in a period; counted once an hour',
    labelNames: ['period'],
    registers: [registry],
    aggregator: 'max',
    collect() {
      const users = active.latest()
      if (users === undefined) return
      for (const [i, period] of periods.entries()) this.set({ period }, users[i] ?? 0)
    },
  })
}
