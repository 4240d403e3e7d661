import { expect } from 'vitest'
import type { Entry, Key, Lease, Store, StoreEvent } from '../../../src/store/port.ts'

/** An empty database, opened. Disposing of it closes its connections and removes it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: Store
  /** One more connection to the same database, as another process has. */
  second(): Promise<Store>
  /** Moves the time by which entries and leases expire, for all connections. */
  advance(ms: number): void | Promise<void>
  /** That time, in milliseconds since the epoch. */
  now(): number
}

export type Open = () => Promise<StoreUnderTest>

/** Names that a careless encoding of keys confuses, in the order that the port promises. */
export const ODD_NAMES = [
  '',
  '\u0000',
  '\u0000\u0000',
  '\u0000a',
  '\u0001',
  ' ',
  '!',
  '"',
  '*?[a]',
  ',',
  '/',
  ':',
  '\\',
  'a',
  'a\u0000',
  'a\u0000b',
  'a:b',
  'ab',
  '\u007f',
  '\u00e9',
  '\u00ff',
  '\u0434',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
]

export interface Heard {
  readonly events: StoreEvent[]
  /** First parts of the keys reported so far; `gap` for a gap. */
  names(): (string | undefined)[]
  /** Resolves once a key that begins with the name has been reported so many times. */
  until(name: string, times?: number): Promise<void>
}

/** Keeps what the store reports from now on. */
export function listen(store: Store): Heard {
  const events: StoreEvent[] = []
  const waiting = new Set<() => void>()
  const names = (): (string | undefined)[] =>
    events.flatMap((event) => (event.kind === 'gap' ? ['gap'] : event.keys.map((key) => key[0])))
  store.watch((event) => {
    events.push(event)
    for (const look of [...waiting]) look()
  })
  const until = (name: string, times = 1): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (names().filter((one) => one === name).length < times) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { events, names, until }
}

/** Sets one key. */
export async function put(store: Store, key: Key, value: unknown): Promise<void> {
  expect(await store.commit({ set: [{ key, value }] })).toEqual({ applied: true })
}

/** A write whose value is the name. */
export function write(name: string): { key: Key; value: unknown } {
  return { key: [name], value: name }
}

/** The values that `list` answers. */
export async function values(store: Store, ...args: Parameters<Store['list']>): Promise<unknown[]> {
  return (await store.list(...args)).map((entry) => entry.value)
}

/** The entry at a key that must be there. */
export async function entryAt(store: Store, key: Key): Promise<Entry> {
  const entry = await store.get(key)
  if (entry === undefined) throw new Error(`nothing at ${JSON.stringify(key)}`)
  return entry
}

/** Acquires a lease that must be free. */
export async function acquire(
  store: Store,
  name: string,
  holder: string,
  ttlMs = 10_000,
): Promise<Lease> {
  const lease = await store.acquireLease(name, holder, ttlMs)
  if (lease === undefined) throw new Error(`the lease ${name} is taken`)
  return lease
}
