/**
 * A reader of HTTP/1.1 messages that accepts no more than RFC 9112's grammar for senders: what it
 * cannot read is a fault of whoever wrote it. Texts have one char a byte.
 */
export interface Message {
  /** The request line or status line. */
  start: string
  /** Names as written and values. */
  headers: [name: string, value: string][]
  /** Without chunks. */
  body: string
  /** Everything up to the end of the head, byte for byte. */
  head: string
}

/** A message and what follows it; null while it is incomplete. */
export type Taken = { message: Message; rest: string } | null

const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/
const REQUEST_LINE = /^[A-Z]+ \/[\x21-\x7e]* HTTP\/1\.1$/
const STATUS_LINE = /^HTTP\/1\.1 [1-5][0-9]{2} [\t\x20-\x7e\x80-\xff]*$/
const CHUNK_SIZE = /^[0-9A-Fa-f]{1,8}$/

function parseHead(head: string, startLine: RegExp): Message {
  const [start = '', ...lines] = head.slice(0, -4).split('\r\n')
  if (!startLine.test(start)) throw new Error(`not a start line: ${JSON.stringify(start)}`)
  const headers = lines.map((line): [string, string] => {
    const [, name, value] = LINE.exec(line) ?? []
    if (name === undefined) throw new Error(`not a header: ${JSON.stringify(line)}`)
    return [name, value ?? '']
  })
  return { start, headers, body: '', head }
}

/** All values of a header, by its lower-case name. */
export function valuesOf({ headers }: Pick<Message, 'headers'>, wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
}

function takeChunks(message: Message, text: string): Taken {
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n')
    if (end < 0) return null
    const written = rest.slice(0, end)
    if (!CHUNK_SIZE.test(written)) throw new Error(`not a chunk's size: ${JSON.stringify(written)}`)
    const size = Number.parseInt(written, 16)
    const after = end + 2 + size
    if (rest.length < after + 2) return null
    if (rest.slice(after, after + 2) !== '\r\n') throw new Error('no line end behind a chunk')
    message.body += rest.slice(end + 2, after)
    rest = rest.slice(after + 2)
    if (size === 0) return { message, rest }
  }
}

/** The body by its framing; `untilClose` is what a message without any has. */
function takeBody(message: Message, text: string, untilClose: boolean): Taken {
  const codings = valuesOf(message, 'transfer-encoding')
  const lengths = valuesOf(message, 'content-length')
  if (codings.length + lengths.length > 1) throw new Error(`framed twice: ${message.head}`)
  if (codings.length === 1) {
    if (codings[0] !== 'chunked') throw new Error(`transfer-encoding: ${codings[0]}`)
    return takeChunks(message, text)
  }
  if (lengths.length === 0 && untilClose) return { message: { ...message, body: text }, rest: '' }
  const [length = '0'] = lengths
  if (!/^[0-9]+$/.test(length)) throw new Error(`content-length: ${length}`)
  if (text.length < Number(length)) return null
  message.body = text.slice(0, Number(length))
  return { message, rest: text.slice(Number(length)) }
}

/**
 * The first request in a text.
 * @throws Error when it is none, is framed in two ways, or has chunk extensions or trailers
 */
export function takeRequest(text: string): Taken {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const message = parseHead(text.slice(0, end + 4), REQUEST_LINE)
  return takeBody(message, text.slice(end + 4), false)
}

/**
 * The first final response in a text; interim ones in front of it are skipped.
 * @param method of the request that it answers
 * @param closed whether nothing more comes
 * @throws Error when it is none
 */
export function takeResponse(text: string, method: string, closed: boolean): Taken {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const message = parseHead(text.slice(0, end + 4), STATUS_LINE)
  const rest = text.slice(end + 4)
  const status = statusOf(message)
  if (status >= 100 && status < 200) {
    return status === 101 ? { message, rest } : takeResponse(rest, method, closed)
  }
  if (method === 'HEAD' || status === 204 || status === 304) return { message, rest }
  return takeBody(message, rest, closed)
}

export const statusOf = ({ start }: Message): number => Number(start.split(' ')[1])

/**
 * All final responses in what a closed connection was sent.
 * @throws Error when there is anything else in it
 */
export function allResponses(text: string, methods: readonly string[] = []): Message[] {
  const found: Message[] = []
  let rest = text
  while (rest !== '') {
    const taken = takeResponse(rest, methods[found.length] ?? 'GET', true)
    if (taken === null) throw new Error(`half a response: ${JSON.stringify(rest.slice(0, 500))}`)
    found.push(taken.message)
    rest = taken.rest
  }
  return found
}
