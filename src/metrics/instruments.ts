import type { Registry } from 'prom-client'
import { Histogram } from 'prom-client'
import { COMMON_BUCKETS, EVENT_LOOP_BUCKETS, START_BUCKETS } from './buckets.ts'
import type { Measures } from './measures.ts'

/** What goes before the names of JupyterHub's metrics. */
export const PREFIX = 'jupyterhub_'

/** JupyterHub's enums show in these two labels, and dashboards ask for them (wire-contract §11.26). */
const LOGIN = { success: 'LoginStatus.success', failure: 'LoginStatus.failure' } as const
const POLL = { running: 'ServerPollStatus.running', stopped: 'ServerPollStatus.stopped' } as const

/** The starts that are known before one has happened, as JupyterHub lists them. */
const STARTS = [
  { status: 'success', reason: '' },
  { status: 'failure', reason: '' },
  { status: 'error', reason: '' },
  { status: 'failure', reason: 'throttled' },
  { status: 'failure', reason: 'too-many-users' },
] as const

/** {@link Measures}, and the one that nobody but this folder takes. */
export interface Instruments extends Measures {
  eventLoopTicked(interval: number): void
}

/** Makes JupyterHub's histograms (wire-contract §9), which begin with all their statuses at zero. */
export function openInstruments(registry: Registry): Instruments {
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    buckets = COMMON_BUCKETS,
  ): Histogram<Label> =>
    new Histogram({
      name: `${PREFIX}${name}`,
      help,
      labelNames: [...labelNames],
      buckets,
      registers: [registry],
    })

  const requests = histogram('request_duration_seconds', 'Time until a request was answered', [
    'method',
    'handler',
    'code',
  ])
  const starts = histogram(
    'server_spawn_duration_seconds',
    'Time from the wish to start a server until it ran or had failed',
    ['status', 'reason'],
    START_BUCKETS,
  )
  const stops = histogram('server_stop_seconds', 'Time that a server took to stop', ['status'])
  const polls = histogram(
    'server_poll_duration_seconds',
    'Time that it took to find out whether a server runs',
    ['status'],
  )
  const logins = histogram('login_duration_seconds', 'Time that signing in took', ['status'])
  const logouts = histogram('logout_duration_seconds', 'Time that signing out took')
  const checks = histogram(
    'check_routes_duration_seconds',
    'Time that it took to read all routes anew',
  )
  const hubStarts = histogram('hub_startup_duration_seconds', 'Time that the hub took to start')
  const eventLoop = histogram(
    'event_loop_interval_seconds',
    'Time between two turns of the event loop that were due 50 ms apart',
    [],
    EVENT_LOOP_BUCKETS,
  )
  for (const outcome of STARTS) starts.zero(outcome)
  for (const status of ['success', 'failure'] as const) {
    stops.zero({ status })
    logins.zero({ status: LOGIN[status] })
  }
  for (const status of Object.values(POLL)) polls.zero({ status })

  return {
    requestAnswered: ({ method, handler, code }, duration) =>
      requests.observe({ method, handler, code }, duration),
    serverStarted: ({ status, reason }, duration) => starts.observe({ status, reason }, duration),
    serverStopped: (status, duration) => stops.observe({ status }, duration),
    serverPolled: (state, duration) => polls.observe({ status: POLL[state] }, duration),
    loginEnded: (status, duration) => logins.observe({ status: LOGIN[status] }, duration),
    logoutEnded: (duration) => logouts.observe(duration),
    routesChecked: (duration) => checks.observe(duration),
    hubStarted: (duration) => hubStarts.observe(duration),
    eventLoopTicked: (interval) => eventLoop.observe(interval),
  }
}
