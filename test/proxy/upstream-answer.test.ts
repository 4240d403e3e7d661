// What is read of a server's answer never depends on how its bytes come.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerReader } from '../../src/proxy/upstream/answer-reader.ts'
import { UpstreamFault } from '../../src/proxy/upstream/upstream-fault.ts'

interface Result {
  status: number
  reason: string
  headers: readonly string[]
  body: string
  keepsAlive: boolean
  isWhole: boolean
  /** How many bytes belong to it. */
  used: number
}

/** Reads an answer that comes in pieces, and writes over each when it was read, as a socket may. */
function read(pieces: readonly string[], method = 'GET', isShared = true): Result {
  const got: Result = {
    status: 0,
    reason: '',
    headers: [],
    body: '',
    keepsAlive: false,
    isWhole: false,
    used: 0,
  }
  const data: (Buffer | string)[] = []
  const reader = new AnswerReader(method, {
    onInterim: ({ status }) => expect(status).toBe(103),
    onHead: ({ status, reason, headers, framing: { keepsAlive } }) => {
      Object.assign(got, { status, reason, headers, keepsAlive })
    },
    onData: (piece) => data.push(piece),
    onEnd: () => {
      expect(got.isWhole).toBe(false)
      got.isWhole = true
    },
  })
  for (const piece of pieces) {
    if (reader.isDone) break
    const bytes = Buffer.from(piece, 'latin1')
    got.used += reader.read(bytes, isShared)
    if (isShared) bytes.fill('#')
  }
  if (!reader.isDone) reader.end()
  got.body = data.map((piece) => piece.toString('latin1')).join('')
  return got
}

function faultOf(pieces: readonly string[], method = 'GET'): string {
  try {
    return read(pieces, method).isWhole ? 'whole' : 'not whole'
  } catch (error) {
    if (error instanceof UpstreamFault) return error.code
    throw error
  }
}

/** Text in pieces that end at the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length]
  ends.sort((a, b) => a - b)
  return ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end))
}

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`
const LONG = 'x'.repeat(300)

interface Legal {
  name: string
  text: string
  method?: string
  expected: Partial<Result>
}

const LEGAL: Legal[] = [
  {
    name: 'a length',
    text: `${OK}Content-Length: 5\r\nX-A:  b c\t\r\nx-a:\r\n\r\nhello`,
    expected: {
      status: 200,
      reason: 'OK',
      headers: ['Content-Length', '5', 'X-A', 'b c', 'x-a', ''],
      body: 'hello',
      keepsAlive: true,
    },
  },
  {
    name: 'a body that looks like a head',
    text: `${OK}Content-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nxx`,
    expected: { body: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nxx' },
  },
  {
    name: 'chunks with extensions and trailers',
    text: `${CHUNKED}3;a=b\r\nabc\r\n0005 ;q="x y"\r\ndefgh\r\n0;z\r\nX-T: 1\r\nX-U:\r\n\r\n`,
    expected: { body: 'abcdefgh', keepsAlive: true },
  },
  {
    name: 'chunks that hold line ends',
    text: `${CHUNKED}A\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n`,
    expected: { body: '\r\n0\r\n\r\n0\r\n' },
  },
  { name: 'no chunks', text: `${CHUNKED}0\r\n\r\n`, expected: { body: '', keepsAlive: true } },
  {
    name: 'Chunked in capitals, and the connection ends',
    text: `${OK}TRANSFER-ENCODING: Chunked\r\nConnection: x, Close\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    expected: { body: 'a', keepsAlive: false },
  },
  {
    name: 'neither length nor chunks',
    text: `${OK}\r\nall\r\n\r\nof it`,
    expected: { body: 'all\r\n\r\nof it', keepsAlive: false },
  },
  {
    name: 'HTTP/1.0',
    text: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
    expected: { body: 'ok', keepsAlive: false },
  },
  {
    name: 'HEAD with a length',
    text: `${OK}Content-Length: 500\r\n\r\n`,
    method: 'HEAD',
    expected: { headers: ['Content-Length', '500'], body: '', keepsAlive: true },
  },
  { name: 'HEAD in chunks', text: CHUNKED, method: 'HEAD', expected: { body: '' } },
  { name: '204', text: 'HTTP/1.1 204 No Content\r\n\r\n', expected: { status: 204, body: '' } },
  {
    name: '204 with a length of 0',
    text: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    expected: { status: 204, keepsAlive: true },
  },
  {
    name: '304 with a length',
    text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: "x"\r\n\r\n',
    expected: { status: 304, headers: ['Content-Length', '9', 'ETag', '"x"'], body: '' },
  },
  {
    name: '206',
    text: 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab',
    expected: { status: 206, body: 'ab' },
  },
  {
    name: '1xx before it',
    text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    expected: { status: 200, headers: ['Content-Length', '2'], body: 'ok' },
  },
  {
    name: 'no reason, nor the space before it',
    text: 'HTTP/1.1 599\r\nContent-Length: 0\r\n\r\n',
    expected: { status: 599, reason: '', body: '' },
  },
  {
    name: 'an empty reason',
    text: 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n',
    expected: { reason: '' },
  },
  {
    name: 'bytes beyond ASCII, and every mark of a token',
    text: `HTTP/1.1 200 \xe9\r\n!#$%&'*+-.^_\`|~09azAZ: \x80\xff\r\nContent-Length: 3\r\n\r\n\0\xff\n`,
    expected: {
      reason: '\xe9',
      headers: ["!#$%&'*+-.^_`|~09azAZ", '\x80\xff', 'Content-Length', '3'],
      body: '\0\xff\n',
    },
  },
]

describe.each(LEGAL)('an answer with $name', ({ text, method, expected }) => {
  const whole = { ...expected, isWhole: true, used: text.length }

  it('is read as it is, at once and byte by byte', () => {
    expect(read([text], method)).toMatchObject(whole)
    expect(read([text], method, false)).toMatchObject(whole)
    expect(read([...text], method)).toMatchObject(whole)
  })

  it('is the same in any two pieces', () => {
    for (let place = 1; place < text.length; place++) {
      expect(read(cut(text, [place]), method)).toMatchObject(whole)
    }
  })

  it('is the same in any pieces, and no byte behind it belongs to it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.string(), (places, more) => {
        const isOpen = read([text], method).keepsAlive
        const pieces = cut(isOpen ? text + more : text, places)
        expect(read(pieces, method)).toMatchObject(whole)
      }),
    )
  })
})

describe('an answer that breaks a rule is refused, however it comes', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n', 'bad_status_line'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n', 'bad_status_line'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n', 'bad_status_line'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'bad_status_line'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'bad_status_line'],
    ['status 099', 'HTTP/1.1 099 OK\r\n\r\n', 'bad_status_line'],
    ['status 600', 'HTTP/1.1 600 OK\r\n\r\n', 'bad_status_line'],
    ['two spaces', 'HTTP/1.1  200 OK\r\n\r\n', 'bad_status_line'],
    ['NUL in the reason', 'HTTP/1.1 200 O\0K\r\n\r\n', 'bad_status_line'],
    ['a bare CR in the reason', 'HTTP/1.1 200 O\rK\r\n\r\n', 'bad_status_line'],
    ['an empty name', `${OK}: a\r\n\r\n`, 'bad_header'],
    ['a space before the colon', `${OK}X-A : b\r\n\r\n`, 'bad_header'],
    ['a name with a space', `${OK}X A: b\r\n\r\n`, 'bad_header'],
    ['no colon', `${OK}X-A\r\n\r\n`, 'bad_header'],
    ['a folded line', `${OK}X-A: b\r\n c\r\n\r\n`, 'bad_header'],
    ['a line that is folded at once', `${OK} X-A: b\r\n\r\n`, 'bad_header'],
    ['NUL in a value', `${OK}X-A: b\0\r\n\r\n`, 'bad_header'],
    ['a bare CR in a value', `${OK}X-A: b\rc\r\n\r\n`, 'bad_header'],
    ['DEL in a value', `${OK}X-A: \x7f\r\n\r\n`, 'bad_header'],
    ['a name beyond ASCII', `${OK}\xe9: a\r\n\r\n`, 'bad_header'],
    ['a head of 64 KiB', `${OK}X-A: ${'a'.repeat(66_000)}\r\n\r\n`, 'head_too_large'],
    ['a head without end', `${OK}X-A: ${'a'.repeat(66_000)}`, 'head_too_large'],
    ['201 fields', `${OK}${'A: b\r\n'.repeat(201)}\r\n`, 'head_too_large'],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', 'unasked_upgrade'],
    ['17 interim answers', 'HTTP/1.1 103 x\r\n\r\n'.repeat(17), 'too_many_interim'],
    ['a length in 1xx', 'HTTP/1.1 100 x\r\nContent-Length: 1\r\n\r\nx', 'bad_framing'],
    ['a body in 204', 'HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\nx', 'bad_framing'],
    ['chunks in 204', 'HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n', 'bad_framing'],
    ['length and chunks', `${CHUNKED.slice(0, -2)}Content-Length: 3\r\n\r\n`, 'bad_framing'],
    ['one length twice', `${OK}Content-Length: 3\r\nContent-Length: 3\r\n\r\n`, 'bad_framing'],
    ['a list of lengths', `${OK}Content-Length: 3, 3\r\n\r\n`, 'bad_framing'],
    ['a signed length', `${OK}Content-Length: +3\r\n\r\n`, 'bad_framing'],
    ['an empty length', `${OK}Content-Length:\r\n\r\n`, 'bad_framing'],
    ['a length of 2^64', `${OK}Content-Length: 18446744073709551616\r\n\r\n`, 'bad_framing'],
    ['another coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'bad_framing'],
    ['identity', `${OK}Transfer-Encoding: identity\r\n\r\n`, 'bad_framing'],
    ['an empty coding', `${OK}Transfer-Encoding:\r\n\r\n`, 'bad_framing'],
    ['chunked twice', `${CHUNKED.slice(0, -2)}transfer-encoding: chunked\r\n\r\n`, 'bad_framing'],
    [
      'chunks in HTTP/1.0',
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'bad_framing',
    ],
    ['a chunk without a size', `${CHUNKED}\r\n`, 'bad_chunk'],
    ['a chunk of a negative size', `${CHUNKED}-1\r\n`, 'bad_chunk'],
    ['a chunk of size 0x1', `${CHUNKED}0x1\r\na\r\n`, 'bad_chunk'],
    ['a chunk of a huge size', `${CHUNKED}${'f'.repeat(13)}\r\n`, 'bad_chunk'],
    ['a space behind a chunk’s size', `${CHUNKED}1 \r\na\r\n`, 'bad_chunk'],
    ['a bare LF behind a chunk’s size', `${CHUNKED}1\na\r\n0\r\n\r\n`, 'bad_chunk'],
    ['a bare LF behind a chunk', `${CHUNKED}1\r\na\n0\r\n\r\n`, 'bad_chunk'],
    ['a bare CR in an extension', `${CHUNKED}1;a\rb\r\na\r\n0\r\n\r\n`, 'bad_chunk'],
    ['a chunk that is longer than it says', `${CHUNKED}1\r\nab\r\n0\r\n\r\n`, 'bad_chunk'],
    ['a long extension', `${CHUNKED}1;${LONG}\r\n`, 'bad_chunk'],
    ['an extension without end', `${CHUNKED}1;${LONG}`, 'bad_chunk'],
    ['many extensions', `${CHUNKED}${`1;${'x'.repeat(200)}\r\na\r\n`.repeat(100)}`, 'bad_chunk'],
    ['trailers that are none', `${CHUNKED}0\r\nX-T : 1\r\n\r\n`, 'bad_header'],
    ['a bare LF in trailers', `${CHUNKED}0\r\nX-T: 1\n\r\n`, 'bad_chunk'],
    ['trailers without end', `${CHUNKED}0\r\n${`X-T: ${LONG}\r\n`.repeat(60)}`, 'bad_chunk'],
  ])('%s', (_, text, code) => {
    expect(faultOf([text])).toBe(code)
    const coarse = Array.from({ length: 64 }, (_piece, i) => Math.ceil((text.length * i) / 64))
    const places = text.length > 2_000 ? coarse : Array.from(text, (_char, i) => i)
    // What is wrong with a line end may be seen before the rest of the head is.
    expect(faultOf(cut(text, places))).toMatch(/^(?:bad|head|too|unasked)_/)
    for (const place of places) expect(faultOf(cut(text, [place]))).toMatch(/_/)
  })

  it.each([
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['no HTTP', 'hello'],
  ])('at once, though no head’s end has come: %s', (_, text) => {
    expect(faultOf([text])).toMatch(/^bad_/)
  })
})

describe('an answer that ends too early', () => {
  it.each([
    ['', 'nothing'],
    [OK, 'half a head'],
    [`${OK}Content-Length: 3\r\n\r\nab`, 'half a length'],
    [`${CHUNKED}3\r\nab`, 'half a chunk'],
    [`${CHUNKED}3\r\nabc\r\n`, 'no last chunk'],
    [`${CHUNKED}0\r\n`, 'half the last chunk'],
    [`${CHUNKED}0\r\nX-T: 1\r\n`, 'half the trailers'],
  ])('is never whole: %j', (text) => {
    expect(faultOf([text])).toBe('not whole')
    expect(faultOf([...text])).toBe('not whole')
  })
})

it('never throws anything but a fault, whatever comes', () => {
  const bytes = fc.array(
    fc.oneof(
      fc.constantFrom('\r\n', '\r\n\r\n', '0', '5', ':', ';', ' ', OK, CHUNKED, 'Content-Length'),
      fc.string({ unit: 'binary-ascii' }),
    ),
  )
  fc.assert(
    fc.property(bytes, fc.boolean(), (pieces, startsWell) => {
      expect(faultOf(startsWell ? [OK, ...pieces] : pieces)).toMatch(/whole|_/)
    }),
  )
})
