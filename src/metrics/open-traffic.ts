import type { Registry } from 'prom-client'
import { Counter, Gauge } from 'prom-client'
import { REJECTIONS } from './rejections.ts'
import { TallyHistogram } from './tally-histogram.ts'
import type { Outcome, SocketKind, Traffic } from './traffic.ts'

const PREFIX = 'hubgate_'
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

type Ended = Record<Outcome, number>

const noneEnded = (): Ended => ({
  whole: 0,
  client_gone: 0,
  upstream_failed: 0,
  upstream_timeout: 0,
  ended: 0,
})

/** The numbers themselves: plain fields, which prom-client is told at a scrape and no earlier. */
interface Tally {
  readonly sockets: Record<SocketKind, number>
  readonly http: Ended
  readonly websocket: Ended
  readonly rejections: Map<string, number>
}

/** Makes the metrics of the data plane, which JupyterHub and its proxy lack. */
export function openTraffic(registry: Registry): Traffic {
  const tally: Tally = {
    sockets: { client: 0, upstream: 0, websocket: 0 },
    http: noneEnded(),
    websocket: noneEnded(),
    rejections: new Map(REJECTIONS.map((reason) => [reason, 0])),
  }
  exposeTally(registry, tally)
  const connects = new TallyHistogram(
    {
      name: `${PREFIX}upstream_connect_seconds`,
      help: 'Time that it took to connect to a server',
      buckets: BUCKETS,
    },
    registry,
  )
  const firstBytes = new TallyHistogram(
    {
      name: `${PREFIX}upstream_first_byte_seconds`,
      help: 'Time from handing a request to a server until its answer began',
      buckets: BUCKETS,
    },
    registry,
  )
  const { sockets, rejections } = tally
  return {
    socketOpened: (kind) => {
      sockets[kind] += 1
    },
    socketClosed: (kind) => {
      sockets[kind] -= 1
    },
    upstreamConnected: (duration) => connects.observe(duration),
    firstByte: (duration) => firstBytes.observe(duration),
    exchangeEnded: (kind, outcome) => {
      const ended = kind === 'http' ? tally.http : tally.websocket
      ended[outcome] += 1
    },
    rejected: (reason) => {
      const known = rejections.has(reason) ? reason : 'other'
      rejections.set(known, (rejections.get(known) ?? 0) + 1)
    },
  }
}

function exposeTally(registry: Registry, tally: Tally): void {
  const registers = [registry]
  new Gauge({
    name: `${PREFIX}open_sockets`,
    help: 'How many sockets are open, by what they are for',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const [kind, count] of Object.entries(tally.sockets)) this.set({ kind }, count)
    },
  })
  new Counter({
    name: `${PREFIX}proxied_total`,
    help: 'How many forwarded requests and WebSockets have ended, by how',
    labelNames: ['kind', 'outcome'],
    registers,
    collect() {
      this.reset()
      for (const kind of ['http', 'websocket'] as const) {
        for (const [outcome, count] of Object.entries(tally[kind])) {
          this.inc({ kind, outcome }, count)
        }
      }
    },
  })
  new Counter({
    name: `${PREFIX}rejected_total`,
    help: 'How many requests and connections were refused, by why',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset()
      for (const [reason, count] of tally.rejections) this.inc({ reason }, count)
    },
  })
}
