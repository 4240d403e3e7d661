import assert from 'node:assert/strict'
import fc from 'fast-check'
import { HubgateError } from '../../../src/base/errors.ts'
import { UpgradeAnswerReader } from '../../../src/proxy/upgrade-answer.ts'
import { AnswerReader } from '../../../src/proxy/upstream/answer-reader.ts'
import { parseFields } from '../../../src/proxy/upstream/fields.ts'
import { UpstreamFault } from '../../../src/proxy/upstream/upstream-fault.ts'
import { statusOf, takeResponse } from '../support/messages.ts'
import { property } from './property.ts'

/** What a server sends, and where its bytes are cut. */
interface Input {
  bytes: string
  cuts: number[]
}

/** What was made of it. */
interface Outcome {
  status: number
  headers: readonly string[]
  body: string
  used: number
  isWhole: boolean
  isRefused: boolean
}

const PIECES = [
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 204 \r\n',
    'HTTP/1.1 304 x\r\n',
    'HTTP/1.1 103 Hints\r\n\r\n',
  ],
  ...[
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 101 x\r\n',
    'HTTP/1.0 200 OK\r\n',
    'HTTP/2.0 200 \r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'content-length: 5\r\n',
    'Content-Length: +5\r\n',
  ],
  ...['Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: gzip\r\n', 'Connection: close\r\n'],
  ...[
    'Keep-Alive: timeout=5\r\n',
    'X: y\r\n',
    'X : y\r\n',
    ' folded\r\n',
    'X: \0\r\n',
    'X: \xff\r\n',
  ],
  ...[
    '\r\n',
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
    'hello',
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    '0\r\nX: y\r\n\r\n',
  ],
  ...[
    '1;a=b\r\nx\r\n',
    '5 \r\n',
    'g\r\n',
    '00005\r\nhello\r\n',
    'fffffffffffff\r\n',
    ' ',
    '\0',
    ':',
  ],
]
const STARTS = [
  ...['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', ''],
  ...['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.1 103 x\r\nLink: y\r\n\r\n'],
]

const inputs: fc.Arbitrary<Input> = fc.record({
  bytes: fc
    .tuple(
      fc.constantFrom(...STARTS),
      fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES), fc.string()), {
        maxLength: 8,
      }),
    )
    .map(([start, pieces]) => (start + pieces.join('')).replace(/[^\0-\xff]/g, '?')),
  cuts: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }),
})

/** The text in pieces of these lengths, and what is left. */
function cutUp(text: string, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    if (at + length >= text.length) break
    pieces.push(Buffer.from(text.slice(at, at + length), 'latin1'))
    at += length
  }
  pieces.push(Buffer.from(text.slice(at), 'latin1'))
  return pieces
}

/** @throws whatever is not meant for a server that breaks a rule */
function expectFault(error: unknown): void {
  if (!(error instanceof UpstreamFault || error instanceof HubgateError)) throw error
}

function read(pieces: readonly Buffer[], isShared: boolean): Outcome {
  const outcome = { status: 0, headers: [] as readonly string[], body: '', used: 0 }
  const reader = new AnswerReader('GET', {
    onInterim: () => undefined,
    onHead({ status, headers }) {
      Object.assign(outcome, { status, headers })
    },
    onData(data) {
      outcome.body += typeof data === 'string' ? data : data.toString('latin1')
    },
    onEnd: () => undefined,
  })
  try {
    for (const piece of pieces) if (!reader.isDone) outcome.used += reader.read(piece, isShared)
    return { ...outcome, isWhole: reader.end(), isRefused: false }
  } catch (error) {
    expectFault(error)
    return { ...outcome, used: 0, isWhole: false, isRefused: true }
  }
}

/** How the bytes are cut changes nothing, and who reads by the strict grammar reads the same. */
function holdsForAnswer({ bytes, cuts }: Input): void {
  const whole = read(cutUp(bytes, []), false)
  assert.deepEqual(read(cutUp(bytes, cuts), false), whole)
  assert.deepEqual(read(cutUp(bytes, cuts), true), whole)
  assert(whole.headers.every((text) => !/[\r\n\0]/.test(text)))
  if (!whole.isWhole) return
  let strict: ReturnType<typeof takeResponse>
  try {
    strict = takeResponse(bytes, 'GET', true)
  } catch (error) {
    // HTTP/1.0, and extensions and trailers of chunks, are what only a sender may not write.
    assert.match(bytes, /HTTP\/1\.0 |;|\r\n0+\r\n[^\r]/, String(error))
    return
  }
  if (strict === null) return
  const { message, rest } = strict
  assert.deepEqual([whole.status, whole.body], [statusOf(message), message.body])
  assert.equal(whole.used, bytes.length - rest.length)
}

function readUpgrade(pieces: readonly Buffer[]): unknown {
  const reader = new UpgradeAnswerReader()
  let behind = ''
  try {
    for (const [i, piece] of pieces.entries()) {
      const answer = reader.read(piece)
      if (answer === undefined) continue
      const { head, body } = answer
      const text = body.toString('latin1')
      // Behind a 101 all that follows is the WebSocket's.
      if (head.status === 101) behind = Buffer.concat(pieces.slice(i + 1)).toString('latin1')
      return [head.status, head.headers, text + behind]
    }
    const answer = reader.end()
    return answer && [answer.head.status, answer.head.headers, answer.body.toString('latin1')]
  } catch (error) {
    expectFault(error)
    return 'refused'
  }
}

const head = 'HTTP/1.1 200 OK\r\n'

export const ANSWER_PROPERTIES = [
  property('answer', {
    inputs,
    holds: holdsForAnswer,
    endures: (text) => {
      for (const start of ['', head, `${head}X: `, `${head}Connection: `, `${head}Keep-Alive: `]) {
        const bytes = `${start}${text.slice(0, 65_000 - start.length)}\r\n\r\n`
        read(cutUp(bytes, []), false)
        read(
          cutUp(
            bytes,
            Array.from({ length: 2_000 }, () => 33),
          ),
          true,
        )
      }
      read(cutUp(`${head}Transfer-Encoding: chunked\r\n\r\n${text}`, []), false)
      read(cutUp(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n${text}`, []), false)
      try {
        parseFields(`X: ${text}\r\n`, 0)
      } catch (error) {
        expectFault(error)
      }
    },
  }),
  property('upgrade answer', {
    inputs,
    holds({ bytes, cuts }) {
      assert.deepEqual(readUpgrade(cutUp(bytes, cuts)), readUpgrade(cutUp(bytes, [])))
    },
    endures: (text) => readUpgrade(cutUp(`HTTP/1.1 101 x\r\nX: ${text}\r\n\r\n`, [])),
  }),
]
