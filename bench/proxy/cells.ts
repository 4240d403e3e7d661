import { SIZES, SMALL } from './bodies.ts'
import type { Order, RequestOrder } from './orders.ts'
import { headOf, socketHead, uploadHead } from './requests.ts'
import type { Subject } from './subject.ts'

/** What is counted: decides how a rate is written. */
export type Unit = 'requests' | 'MB' | 'messages'

/** Which table a cell is in. */
export type Group = 'small' | 'large' | 'sockets' | 'routes'

/** One thing that is measured of each subject. */
export interface Cell {
  key: string
  title: string
  group: Group
  unit: Unit
  /** Megabytes that a request moves, for rates in MB/s. */
  megabytes: number
  /** @returns what to send for so many milliseconds */
  order(subject: Subject, forMs: number): Order
}

/**
 * How often a cell is measured in a round, to and fro: those of short messages more than once. Three
 * processes share two cores, and the rate is a few percent more or less by where the kernel runs each.
 */
export function turnsOf({ key, group }: Cell): number {
  return key === 'small-32' || group === 'sockets' ? 3 : 1
}

/** Messages under way on each WebSocket. */
const IN_FLIGHT = 4
const SOCKETS = 32

/** Where many routes are, there are so many. */
export const MANY = 10_000

function firstOf({ targets }: Subject): Subject['targets'][number] {
  const [target] = targets
  if (target === undefined) throw new Error('a subject without a target')
  return target
}

interface Download {
  what: 'small' | 'medium' | 'large'
  length: number
  connections: number
  closes?: boolean
}

const download =
  ({ what, length, connections, closes = false }: Download): Cell['order'] =>
  (subject, forMs) => {
    const { port } = subject
    const more = closes ? 'Connection: close\r\n' : ''
    const heads = [headOf(port, firstOf(subject), what, more)]
    const how = { connections, forMs, closes, length, each: false, upload: undefined }
    return { kind: 'requests', port, heads, ...how }
  }

const upload =
  (kind: 'sized' | 'chunked', connections: number): Cell['order'] =>
  (subject, forMs) => {
    const { port } = subject
    const heads = [uploadHead(port, firstOf(subject), kind)]
    const how = { connections, forMs, closes: false, length: undefined, each: false }
    return { kind: 'requests', port, heads, upload: kind, ...how }
  }

const echo =
  (size: number): Cell['order'] =>
  (subject, forMs) => {
    const { port } = subject
    const head = socketHead(port, firstOf(subject))
    return { kind: 'echo', port, head, sockets: SOCKETS, size, inFlight: IN_FLIGHT, forMs }
  }

const small = (connections: number): Cell => ({
  key: `small-${connections}`,
  title: `small, ${connections} connection${connections === 1 ? '' : 's'}`,
  group: 'small',
  unit: 'requests',
  megabytes: 0,
  order: download({ what: 'small', length: SMALL.length, connections }),
})

export const CELLS: readonly Cell[] = [
  small(1),
  small(32),
  small(256),
  {
    key: 'close',
    title: 'small, a new connection for each, 16 at a time',
    group: 'small',
    unit: 'requests',
    megabytes: 0,
    order: download({ what: 'small', length: SMALL.length, connections: 16, closes: true }),
  },
  {
    key: 'medium',
    title: '100 kB down, 32 connections',
    group: 'large',
    unit: 'MB',
    megabytes: SIZES.medium / 1e6,
    order: download({ what: 'medium', length: SIZES.medium, connections: 32 }),
  },
  {
    key: 'large',
    title: '10 MB down, 4 connections',
    group: 'large',
    unit: 'MB',
    megabytes: SIZES.large / 1e6,
    order: download({ what: 'large', length: SIZES.large, connections: 4 }),
  },
  {
    key: 'upload',
    title: '1 MB up, 8 connections',
    group: 'large',
    unit: 'MB',
    megabytes: SIZES.upload / 1e6,
    order: upload('sized', 8),
  },
  {
    key: 'chunked',
    title: '1 MB up in chunks, 8 connections',
    group: 'large',
    unit: 'MB',
    megabytes: SIZES.upload / 1e6,
    order: upload('chunked', 8),
  },
  {
    key: 'echo-64',
    title: `64 B there and back, ${SOCKETS} sockets`,
    group: 'sockets',
    unit: 'messages',
    megabytes: 0,
    order: echo(64),
  },
  {
    key: 'echo-16k',
    title: `16 kB there and back, ${SOCKETS} sockets`,
    group: 'sockets',
    unit: 'messages',
    megabytes: 0,
    order: echo(16_000),
  },
]

const toAnyRoute = (subject: Subject, forMs: number): RequestOrder => ({
  kind: 'requests',
  port: subject.port,
  heads: subject.targets.map((target) => headOf(subject.port, target, 'small')),
  connections: 32,
  forMs,
  closes: false,
  length: SMALL.length,
  each: false,
  upload: undefined,
})

/** Asks each of a subject's servers once. */
export const eachRouteOnce = (subject: Subject): RequestOrder => {
  return { ...toAnyRoute(subject, 0), each: true }
}

/** The same small request with many routes, to any of them. */
export const ROUTES_CELL: Cell = {
  key: 'routes',
  title: `small, 32 connections, any of ${MANY.toLocaleString('en')} routes`,
  group: 'routes',
  unit: 'requests',
  megabytes: 0,
  order: toAnyRoute,
}
