import type { Clock } from '../base/clock.ts'
import { seconds } from '../base/clock.ts'
import type { Endpoint } from './frame-noise.ts'
import { isNoise, MAX_LOOK } from './frame-noise.ts'

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

const FIN = 0x80
/** FIN, the three reserved bits, of which an extension may use some, and the opcode. */
const RESERVED = 0x70
const OPCODE = 0x0f
const CONTINUATION = 0x0
const CONTROL = 0x8
const MASKED = 0x80

/** A header with a masking key. */
const HEAD_SIZE = 6

/** The payload of a whole message in one short frame of a client, unmasked; undefined for any other. */
function shortMessage(chunk: Buffer, at: number): Buffer | undefined {
  const first = chunk[at] ?? 0
  const second = chunk[at + 1] ?? 0
  if ((first & FIN) === 0 || (first & RESERVED) !== 0 || second < MASKED) return undefined
  const short = second & 0x7f
  if (short === 127 || at + HEAD_SIZE + 2 > chunk.length) return undefined
  const extra = short === 126 ? 2 : 0
  const length = extra === 0 ? short : chunk.readUInt16BE(at + 2)
  const from = at + HEAD_SIZE + extra
  if (length > MAX_LOOK || from + length > chunk.length) return undefined
  const payload = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) {
    payload[i] = (chunk[from + i] ?? 0) ^ (chunk[from - 4 + (i % 4)] ?? 0)
  }
  return payload
}

/**
 * Tells activity from noise in what a WebSocket's client sends, and notes it at most every 5 s. Control
 * frames, and what a page sends without anybody being there, are noise. What cannot be read counts:
 * compressed frames, fragments, long messages.
 */
export class UseMeter {
  readonly #endpoint: Endpoint
  readonly #clock: Clock
  readonly #touch: () => void
  #next = 0

  /** @param touch called for activity */
  constructor(endpoint: Endpoint, clock: Clock, touch: () => void) {
    this.#endpoint = endpoint
    this.#clock = clock
    this.#touch = touch
  }

  /** Whether the next activity is to be noted. */
  get isDue(): boolean {
    return this.#clock.now() >= this.#next
  }

  /**
   * Looks at a chunk while it {@link isDue}.
   * @param starts where frames begin in it
   * @param wasInData whether it begins in the middle of a data frame
   */
  take(chunk: Buffer, starts: readonly number[], wasInData: boolean): void {
    if (!wasInData && !starts.some((at) => this.#counts(chunk, at))) return
    this.#next = this.#clock.now() + FRAME_INTERVAL_MS
    this.#touch()
  }

  #counts(chunk: Buffer, at: number): boolean {
    const opcode = (chunk[at] ?? 0) & OPCODE
    if (opcode >= CONTROL) return false
    if (opcode === CONTINUATION || this.#endpoint === 'other') return true
    const message = shortMessage(chunk, at)
    return message === undefined || !isNoise(this.#endpoint, message)
  }
}
