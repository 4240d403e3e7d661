import type { Duplex } from 'node:stream'
import type { Log } from '../../base/log.ts'
import type { Store } from '../port.ts'
import { FrameReader, frameOf } from './frames.ts'
import type { ToOwner, ToWorker } from './protocol.ts'
import { METHODS, toWire } from './protocol.ts'

/**
 * Bytes that may wait for a worker which does not read: above, the link is cut, so that one worker
 * that hangs cannot fill the owner's memory. The routes of 100,000 servers are a fifth of it.
 */
const MAX_WAITING = 256 * 1024 * 1024

const CARRIED: ReadonlySet<string> = new Set(METHODS)

/**
 * Lets the process at the other end of a stream use a store as its own, until the stream closes. All
 * that the store reports goes over the same stream as its answers, so in the order in which it
 * happened: a commit is reported before it is answered.
 */
export function serveStore(store: Store, stream: Duplex, log: Log): void {
  const cut = (error: unknown, why: string): void => {
    log.error({ err: error }, `${why}: its link is cut`)
    stream.destroy()
  }
  const send = (frame: Buffer): void => {
    if (!stream.writable) return
    stream.write(frame)
    if (stream.writableLength > MAX_WAITING) {
      cut(undefined, 'a worker does not read what the store reports')
    }
  }
  const say = (message: ToWorker): void => send(frameOf(message))
  const unwatch = store.watch((event) => {
    say({ kind: 'event', event, listening: store.listening })
  })
  const reader = new FrameReader((message) => {
    const asked = message as ToOwner
    if (asked.kind === 'ping') say({ kind: 'pong', at: asked.at, listening: store.listening })
    else void answer(store, asked).then(send)
  })
  stream.on('data', (piece: Buffer) => {
    try {
      reader.push(piece)
    } catch (error) {
      cut(error, 'a worker sent what cannot be read')
    }
  })
  stream.on('error', () => stream.destroy())
  stream.on('end', () => stream.destroy())
  stream.on('close', unwatch)
}

/** The answer's frame. Never rejects. */
async function answer(
  store: Store,
  { id, method, args }: Extract<ToOwner, { kind: 'call' }>,
): Promise<Buffer> {
  const frame = (message: ToWorker): Buffer => frameOf(message)
  try {
    if (!CARRIED.has(method)) throw new TypeError(`The store has no method ${String(method)}.`)
    const call = store[method] as (this: Store, ...given: unknown[]) => Promise<unknown>
    return frame({ kind: 'result', id, result: (await call.apply(store, args)) ?? null })
  } catch (error) {
    return frame({ kind: 'error', id, error: toWire(error) })
  }
}
