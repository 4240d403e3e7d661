import { isLineEnd, parseFields, textEnd } from './fields.ts'
import type { Framing } from './framing.ts'
import { framingOf } from './framing.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number
  /** As it was sent; may be empty. */
  readonly reason: string
  /** Names and values in turn, as they were sent. */
  readonly headers: readonly string[]
  readonly framing: Framing
}

const SPACE = 0x20
/** Behind `HTTP/1.1 200`. */
const CODE_END = 12

/** @returns NaN when it is no digit */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30
  return value >= 0 && value <= 9 ? value : Number.NaN
}

/** The status code behind `HTTP/1.x `, from 100 to 599 (RFC 9110 §15); NaN for anything else. */
function statusOf(text: string): number {
  const first = digit(text, 9)
  if (first < 1 || first > 5) return Number.NaN
  return first * 100 + digit(text, 10) * 10 + digit(text, 11)
}

/**
 * Reads the head of an answer, and refuses what two readers could take for different messages
 * (RFC 9112 §4 to §6).
 * @param text Latin-1: the status line and the field lines, each with its CRLF
 * @param method of the request
 * @throws UpstreamFault
 */
export function readAnswerHead(text: string, method: string): AnswerHead {
  const isOld = text.startsWith('HTTP/1.0 ')
  const status = statusOf(text)
  if (Number.isNaN(status) || !(isOld || text.startsWith('HTTP/1.1 '))) {
    throw new UpstreamFault('bad_status_line')
  }
  // HTTP/1.0 has no interim answers, and switches to nothing (RFC 9110 §7.8, §15.2).
  if (isOld && status < 200) throw new UpstreamFault('bad_status_line')
  const hasReason = text.charCodeAt(CODE_END) === SPACE
  const lineEnd = hasReason ? textEnd(text, CODE_END + 1) : CODE_END
  if (!isLineEnd(text, lineEnd)) throw new UpstreamFault('bad_status_line')
  const headers = parseFields(text, lineEnd + 2)
  const framing = framingOf(headers, { isOld, status, method })
  const reason = hasReason ? text.slice(CODE_END + 1, lineEnd) : ''
  return { status, reason, headers, framing }
}
