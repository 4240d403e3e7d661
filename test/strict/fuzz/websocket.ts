import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { FrameTracker } from '../../../src/proxy/frame-tracker.ts'
import { handshakeFault, isAccepted, offerOf } from '../../../src/proxy/websocket-handshake.ts'
import { property } from './property.ts'
import type { RawHeaders } from './texts.ts'
import { headersOf, inAnyCase, textOf } from './texts.ts'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

const pair = (name: string, words: readonly string[]): fc.Arbitrary<[string, string]> =>
  fc.tuple(inAnyCase([name]), fc.oneof(fc.constantFrom(...words), textOf(words, 4)))

const REQUEST_PAIRS = [
  pair('upgrade', ['websocket', 'WebSocket', 'h2c', ',']),
  pair('connection', ['Upgrade', 'keep-alive, Upgrade', 'upgraded', ',']),
  pair('sec-websocket-version', ['13', '8', '13, 8']),
  pair('sec-websocket-key', [KEY, 'x', '=']),
  pair('sec-websocket-protocol', ['a', 'a, b', ',']),
  pair('sec-websocket-extensions', ['permessage-deflate', '; x=1', 'a, b', ',']),
  pair('content-length', ['0', '5']),
]
const ANSWER_PAIRS = [
  pair('upgrade', ['websocket', 'h2c']),
  pair('connection', ['Upgrade', 'close']),
  pair('sec-websocket-accept', [ACCEPT, 'x']),
  pair('sec-websocket-protocol', ['a', 'b', 'a, b']),
  pair('sec-websocket-extensions', ['permessage-deflate', 'x', ',']),
]
const GOOD: RawHeaders = [
  ...['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Version', '13'],
  ...['Sec-WebSocket-Key', KEY],
]
const GOOD_ANSWER: RawHeaders = [
  ...['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', ACCEPT],
]

const request = (rawHeaders: RawHeaders): IncomingMessage =>
  ({ method: 'GET', httpVersion: '1.1', rawHeaders }) as IncomingMessage

const values = (headers: RawHeaders, wanted: string): string[] =>
  headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === wanted)

function holds({ asked, answered }: { asked: RawHeaders; answered: RawHeaders }): void {
  const message = request(asked)
  const fault = handshakeFault(message)
  const offer = offerOf(message)
  if (fault === null) {
    const keys = values(asked, 'sec-websocket-key')
    assert(keys.length === 1 && Buffer.from(keys[0] ?? '', 'base64').length === 16)
    assert.equal(values(asked, 'content-length').length, 0)
    assert.match(values(asked, 'upgrade').join(), /^websocket$/i)
    const sum = createHash('sha1').update(`${keys[0]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    assert.equal(offer.accept, sum.digest('base64'))
  }
  if (!isAccepted(offer, answered)) return
  assert.deepEqual(values(answered, 'sec-websocket-accept'), [offer.accept])
  const protocols = values(answered, 'sec-websocket-protocol')
  const offered = values(asked, 'sec-websocket-protocol').join(',').split(',')
  assert(protocols.length === 0 || offered.map((one) => one.trim()).includes(protocols.join()))
}

/** Whatever chunks the bytes come in, the frames are the same. */
function holdsForFrames({ bytes, cuts }: { bytes: number[]; cuts: number[] }): void {
  const all = Buffer.from(bytes)
  const whole = new FrameTracker()
  whole.take(all)
  const pieces = new FrameTracker()
  let at = 0
  for (const length of [...cuts, all.length]) {
    pieces.take(all.subarray(at, at + length))
    at = Math.min(all.length, at + length)
  }
  const stateOf = ({ atBorder, closed, inData }: FrameTracker): unknown => [
    atBorder,
    closed,
    inData,
  ]
  assert.deepEqual(stateOf(pieces), stateOf(whole))
}

const sometimesGood = (
  good: RawHeaders,
  pairs: readonly fc.Arbitrary<[string, string]>[],
): fc.Arbitrary<RawHeaders> =>
  fc
    .tuple(fc.boolean(), headersOf(...pairs))
    .map(([isGood, more]) => (isGood ? [...good, ...more] : more))

export const WEBSOCKET_PROPERTIES = [
  property('handshake', {
    inputs: fc.record({
      asked: sometimesGood(GOOD, REQUEST_PAIRS),
      answered: sometimesGood(GOOD_ANSWER, ANSWER_PAIRS),
    }),
    holds,
    endures: (text) => {
      for (const name of ['Connection', 'Upgrade', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Key']) {
        const message = request([...GOOD, name, text, 'Sec-WebSocket-Extensions', text])
        handshakeFault(message)
        isAccepted(offerOf(message), [...GOOD_ANSWER, name, text])
      }
    },
  }),
  property('frames', {
    inputs: fc.record({
      bytes: fc.array(
        fc.oneof(fc.nat(255), fc.constantFrom(0x81, 0x82, 0x88, 0x89, 0, 1, 126, 127)),
        {
          maxLength: 60,
        },
      ),
      cuts: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }),
    }),
    holds: holdsForFrames,
    endures: (text) => new FrameTracker().take(Buffer.from(text, 'latin1')),
  }),
]
