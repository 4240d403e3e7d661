import { UpstreamFault } from './upstream-fault.ts'

/** A body in chunks, as a length. */
export const CHUNKED = -1
/** A body that ends with its connection, as a length. */
export const UNTIL_CLOSE = -2

/** How an answer's body is delimited, and whether its connection goes on behind it. */
export interface Framing {
  /** Bytes of the body, {@link CHUNKED} or {@link UNTIL_CLOSE}. */
  readonly length: number
  readonly keepsAlive: boolean
  /** Seconds that the server keeps an idle connection; Infinity when it does not say. */
  readonly idleSeconds: number
}

/** What an answer's framing depends on besides its headers. */
export interface Asked {
  /** Whether it is of HTTP/1.0. */
  readonly isOld: boolean
  readonly status: number
  readonly method: string
}

interface Said {
  length: number | undefined
  isChunked: boolean
  closes: boolean
  idleSeconds: number
}

const DECIMAL = /^[0-9]{1,15}$/
const KEEP_ALIVE_TIMEOUT = /^(?:.{0,100}[,;\s])?timeout=([0-9]{1,9})(?:$|[,;\s])/i

function readLength(value: string, said: Said): void {
  if (said.length !== undefined || !DECIMAL.test(value)) throw new UpstreamFault('bad_framing')
  said.length = Number(value)
}

function readCoding(value: string, said: Said): void {
  if (said.isChunked || value.toLowerCase() !== 'chunked') throw new UpstreamFault('bad_framing')
  said.isChunked = true
}

function isClose(option: string): boolean {
  return option.trim().toLowerCase() === 'close'
}

/** Headers that say something of the connection, by their length: nearly all others have another. */
function readField(name: string, value: string, said: Said): void {
  if (name.length !== 10 && name.length !== 14 && name.length !== 17) return
  const lower = name.toLowerCase()
  if (lower === 'content-length') readLength(value, said)
  else if (lower === 'transfer-encoding') readCoding(value, said)
  else if (lower === 'connection') said.closes ||= value.split(',').some(isClose)
  else if (lower === 'keep-alive') {
    const seconds = KEEP_ALIVE_TIMEOUT.exec(value)?.[1]
    if (seconds !== undefined) said.idleSeconds = Number(seconds)
  }
}

/** Whether there is no body whatever the headers say (RFC 9112 §6.3). */
function isBodiless({ status, method }: Asked): boolean {
  return status < 200 || status === 204 || status === 304 || method === 'HEAD'
}

function lengthOf({ length, isChunked }: Said, asked: Asked): number {
  if (isBodiless(asked)) return 0
  if (isChunked) return CHUNKED
  return length ?? UNTIL_CLOSE
}

/** Both lengths, chunks in HTTP/1.0, and a body where none may be (RFC 9112 §6.1, RFC 9110 §8.6). */
function isAmbiguous({ length, isChunked }: Said, { isOld, status }: Asked): boolean {
  if (isChunked && (length !== undefined || isOld)) return true
  if (status < 200) return isChunked || length !== undefined
  return status === 204 && (isChunked || (length !== undefined && length > 0))
}

/**
 * How the body of an answer is delimited.
 * @param headers names and values in turn
 * @throws UpstreamFault `bad_framing`
 */
export function framingOf(headers: readonly string[], asked: Asked): Framing {
  const said: Said = {
    length: undefined,
    isChunked: false,
    closes: false,
    idleSeconds: Number.POSITIVE_INFINITY,
  }
  for (let i = 0; i + 1 < headers.length; i += 2) {
    readField(headers[i] ?? '', headers[i + 1] ?? '', said)
  }
  if (isAmbiguous(said, asked)) throw new UpstreamFault('bad_framing')
  const length = lengthOf(said, asked)
  const keepsAlive = !asked.isOld && !said.closes && length !== UNTIL_CLOSE
  return { length, keepsAlive, idleSeconds: said.idleSeconds }
}
