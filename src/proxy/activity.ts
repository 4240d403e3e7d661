import type { Clock } from '../base/clock.ts'
import { seconds } from '../base/clock.ts'
import type { Route } from './route.ts'

/** A connection's frames are noted at most this often, in milliseconds. */
const FRAME_INTERVAL_MS = seconds(5)

/** What JupyterLab asks again and again by itself, below a server's prefix. */
const POLLED =
  /^api\/(?:contents|kernels|kernelspecs|me|metrics|sessions|status|terminals)(?:[/?]|$)/
/** Clicking a notebook asks for its checkpoints; no poll does. */
const OPENED = /\/checkpoints(?:[/?]|$)/

/**
 * Whether a request tells that somebody is there: everything but the polls of an open page.
 * @param path what follows the server's prefix, with or without the query
 */
export function isActivity(method: string, path: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return method !== 'OPTIONS'
  return !POLLED.test(path) || OPENED.test(path)
}

/** Whether bytes from a client are nothing but whole pings, pongs and closes (RFC 6455 §5.5). */
export function isControlOnly(chunk: Buffer): boolean {
  let at = 0
  while (at + 6 <= chunk.length) {
    const opcode = chunk.readUInt8(at) & 0x0f
    const second = chunk.readUInt8(at + 1)
    if (opcode < 0x8 || opcode > 0xa || second < 0x80) return false
    at += 6 + (second & 0x7f)
  }
  return at === chunk.length
}

/** A listener for what a WebSocket's client sends: it calls `touch` for data, at most every 5 s. */
export function frameMeter(
  route: Route,
  clock: Clock,
  touch: (route: Route) => void,
): (chunk: Buffer) => void {
  let next = 0
  return (chunk) => {
    const now = clock.now()
    if (now < next || isControlOnly(chunk)) return
    next = now + FRAME_INTERVAL_MS
    touch(route)
  }
}
