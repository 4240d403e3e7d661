import { UpstreamFault } from './upstream-fault.ts'

/** Most header fields, or trailer fields, of one message. */
const MAX_FIELDS = 200

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const COLON = 0x3a

/** What a byte may be part of. */
const TOKEN = 1
const TEXT = 2

const KINDS = byteKinds()

function byteKinds(): Uint8Array {
  const kinds = new Uint8Array(256)
  kinds.fill(TEXT, SPACE, 0x7f)
  kinds.fill(TEXT, 0x80)
  kinds[TAB] = TEXT
  const marks = "!#$%&'*+-.^_`|~"
  const alphanumerics = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
  for (const char of marks + alphanumerics) kinds[char.charCodeAt(0)] = TEXT | TOKEN
  return kinds
}

/** Where what began at `from` ends: the first character that is not of the kind. */
function endOf(kind: number, text: string, from: number): number {
  let at = from
  while (at < text.length && ((KINDS[text.charCodeAt(at)] ?? 0) & kind) !== 0) at++
  return at
}

/**
 * Where a text of VCHAR, obs-text, space and tab ends: nowhere in it is a CR, LF, NUL or another
 * control character, nor anything that is more than a byte (RFC 9110 §5.5).
 */
export function textEnd(text: string, from: number): number {
  return endOf(TEXT, text, from)
}

/** Whether a CRLF is at a place. */
export function isLineEnd(text: string, at: number): boolean {
  return text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** A field's value without the white space around it (RFC 9112 §5). */
function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/**
 * Field lines as they are, names and values in turn (RFC 9112 §5): a token, a colon right behind it, a
 * value of text, CRLF. A folded line, a bare LF and a name that is no token are refused.
 * @param text Latin-1; all of it from `from` on is field lines, each with its CRLF
 * @throws UpstreamFault `bad_header`
 */
export function parseFields(text: string, from: number): string[] {
  const fields: string[] = []
  let at = from
  while (at < text.length) {
    const nameEnd = endOf(TOKEN, text, at)
    if (nameEnd === at || text.charCodeAt(nameEnd) !== COLON) throw new UpstreamFault('bad_header')
    const valueEnd = endOf(TEXT, text, nameEnd + 1)
    if (!isLineEnd(text, valueEnd)) throw new UpstreamFault('bad_header')
    fields.push(text.slice(at, nameEnd), trimmed(text, nameEnd + 1, valueEnd))
    if (fields.length > 2 * MAX_FIELDS) throw new UpstreamFault('head_too_large')
    at = valueEnd + 2
  }
  return fields
}
