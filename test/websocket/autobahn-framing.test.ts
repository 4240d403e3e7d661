import { describe, it } from 'vitest'
import { chopped, closing, expectTransparent, frame } from './transparency.ts'

const HELLO = 'Hello, world!'
const BYTES = Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff])
const BYE = closing(1000)
const SIZES = [0, 125, 126, 127, 128, 65_535, 65_536]

/** In the same order: in one write, a write for each frame, a write for each byte. */
const WAYS: [string, (frames: Buffer[]) => Buffer[]][] = [
  ['in one write', (frames) => [Buffer.concat(frames)]],
  ['frame by frame', (frames) => frames],
  ['byte by byte', (frames) => chopped(Buffer.concat(frames))],
]

describe('1: framing', () => {
  it.each(SIZES)('a text of %i bytes', async (size) => {
    await expectTransparent({ writes: [frame(0x1, '*'.repeat(size)), BYE], ends: 1000 })
  })

  it.each(SIZES)('%i bytes', async (size) => {
    await expectTransparent({ writes: [frame(0x2, Buffer.alloc(size, 0xfe)), BYE], ends: 1000 })
  })

  it.each([0x1, 0x2])('65536 bytes in chops of 997, opcode %i', async (opcode) => {
    const writes = [...chopped(frame(opcode, '*'.repeat(65_536)), 997), BYE]
    await expectTransparent({ writes, ends: 1000 })
  })
})

describe('2: pings and pongs', () => {
  const tens = Array.from({ length: 10 }, (_, i) => frame(0x9, `payload-${i}`))

  it.each<[string, number, Buffer[]]>([
    ['a ping without payload', 1000, [frame(0x9)]],
    ['a ping with a text', 1000, [frame(0x9, HELLO)]],
    ['a ping with bytes', 1000, [frame(0x9, BYTES)]],
    ['a ping of 125 bytes', 1000, [frame(0x9, Buffer.alloc(125, 0xfe))]],
    ['a ping of 126 bytes', 1002, [frame(0x9, Buffer.alloc(126, 0xfe))]],
    ['a ping of 125 bytes in chops', 1000, chopped(frame(0x9, Buffer.alloc(125, 0xfe)))],
    ['an unasked pong', 1000, [frame(0xa)]],
    ['an unasked pong with a payload', 1000, [frame(0xa, 'unsolicited')]],
    ['an unasked pong, then a ping', 1000, [frame(0xa, 'unsolicited'), frame(0x9, 'ping')]],
    ['ten pings', 1000, tens],
    ['ten pings in chops', 1000, chopped(Buffer.concat(tens))],
  ])('%s', async (_, ends, frames) => {
    await expectTransparent({ writes: [...frames, BYE], ends })
  })
})

describe.each(WAYS)('3: reserved bits, %s', (_, write) => {
  it.each([1, 2, 3, 4, 5, 6, 7])('%i on a text', async (rsv) => {
    const frames = [frame(0x1, HELLO), frame(0x1, HELLO, true, rsv), frame(0x9)]
    await expectTransparent({ writes: write(frames), ends: 1002 })
  })

  it.each([
    [0x2, 5],
    [0x9, 6],
    [0x8, 7],
  ])('on opcode %i: %i', async (opcode, rsv) => {
    await expectTransparent({ writes: write([frame(opcode, BYTES, true, rsv)]), ends: 1002 })
  })
})

describe.each(WAYS)('4: opcodes without meaning, %s', (_, write) => {
  it.each([0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf])('%i', async (opcode) => {
    await expectTransparent({ writes: write([frame(opcode)]), ends: 1002 })
    const frames = [frame(0x1, HELLO), frame(opcode, HELLO), frame(0x9)]
    await expectTransparent({ writes: write(frames), ends: 1002 })
  })
})

describe.each(WAYS)('5: fragments, %s', (_, write) => {
  const first = (text: string): Buffer => frame(0x1, text, false)
  const next = (text: string): Buffer => frame(0x0, text, false)
  const last = (text: string): Buffer => frame(0x0, text)
  const ping = frame(0x9, 'ping payload')

  it.each<[string, number, Buffer[]]>([
    ['a ping in fragments', 1002, [frame(0x9, 'a', false), last('b')]],
    ['a pong in fragments', 1002, [frame(0xa, 'a', false), last('b')]],
    ['a text in two', 1000, [first('fragment1'), last('fragment2'), BYE]],
    ['a ping in between', 1000, [first('fragment1'), ping, last('fragment2'), BYE]],
    ['nothing to continue', 1002, [last('non-continuation'), frame(0x1, HELLO)]],
    ['nothing to continue, not final', 1002, [next('non-continuation'), frame(0x1, HELLO)]],
    ['continued behind its end', 1002, [first('a'), last('b'), next('c'), frame(0x1, 'd')]],
    ['a text in a text', 1002, [first('a'), frame(0x1, 'b'), last('c')]],
    [
      'five with two pings in between',
      1000,
      [first('1'), next('2'), ping, next('3'), next('4'), ping, last('5'), BYE],
    ],
    ['empty ones', 1000, [first(''), next(''), last(''), BYE]],
    ['an empty one at the end', 1000, [first('a'), next('b'), last(''), BYE]],
    ['a Close in between', 1000, [first('a'), BYE]],
  ])('%s', async (__, ends, frames) => {
    await expectTransparent({ writes: write(frames), ends })
  })
})
