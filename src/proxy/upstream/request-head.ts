import { textEnd } from './fields.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** A body's framing towards a server. */
export type RequestFraming = 'none' | 'chunked' | { readonly length: string }

/** What a request's head is made of. */
export interface RequestFacts {
  readonly method: string
  /** The request target in origin-form. */
  readonly target: string
  /** Names and values in turn, `Host` first; neither framing nor `Connection`. */
  readonly headers: readonly string[]
  readonly framing: RequestFraming
}

function checked(text: string): string {
  if (textEnd(text, 0) !== text.length) throw new UpstreamFault('unsafe_request')
  return text
}

function framingLine(framing: RequestFraming): string {
  if (framing === 'none') return ''
  if (framing === 'chunked') return 'Transfer-Encoding: chunked\r\n'
  return `Content-Length: ${framing.length}\r\n`
}

/**
 * A request's head as it is written, Latin-1.
 * @throws UpstreamFault `unsafe_request` when something in it would end its line (threats.md P6), or is
 * no byte. The edge lets no such thing in; this is the last place to see it.
 */
export function requestHead({ method, target, headers, framing }: RequestFacts): string {
  if (target.includes(' ')) throw new UpstreamFault('unsafe_request')
  let head = checked(`${method} ${target} HTTP/1.1`)
  for (let i = 0; i + 1 < headers.length; i += 2) {
    // Looked at one by one: to read a text that was just put together means to copy it first.
    head += `\r\n${checked(headers[i] ?? '')}: ${checked(headers[i + 1] ?? '')}`
  }
  return `${head}\r\nConnection: keep-alive\r\n${framingLine(framing)}\r\n`
}
