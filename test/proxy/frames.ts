import fc from 'fast-check'

/** A WebSocket frame (RFC 6455 §5.2), to be written and compared with. */
export interface Frame {
  fin: boolean
  opcode: number
  /** Four bytes of a client's frames; undefined for a server's. */
  mask?: Buffer | undefined
  payload: Buffer
}

function lengthBytes(length: number): [number, Buffer] {
  if (length < 126) return [length, Buffer.alloc(0)]
  const bytes = Buffer.alloc(length < 65_536 ? 2 : 8)
  if (bytes.length === 2) bytes.writeUInt16BE(length)
  else bytes.writeBigUInt64BE(BigInt(length))
  return [bytes.length === 2 ? 126 : 127, bytes]
}

export function encodeFrame({ fin, opcode, mask, payload }: Frame): Buffer {
  const [short, long] = lengthBytes(payload.length)
  const head = Buffer.of((fin ? 0x80 : 0) | opcode, (mask === undefined ? 0 : 0x80) | short)
  const body = mask === undefined ? payload : payload.map((b, i) => b ^ (mask[i % 4] ?? 0))
  return Buffer.concat([head, long, mask ?? Buffer.alloc(0), body])
}

/** Lengths around the borders of their three spellings. */
const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.nat(40) },
  { weight: 2, arbitrary: fc.constantFrom(0, 125, 126, 127, 300) },
  { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536, 70_000) },
)

const payloads = lengths.map((length) => Buffer.alloc(length, length % 251))

const control: fc.Arbitrary<Frame> = fc
  .tuple(fc.constantFrom(0x9, 0xa), fc.nat(125))
  .map(([opcode, length]) => ({ fin: true, opcode, payload: Buffer.alloc(length, 7) }))

/** A binary message in fragments, with pings and pongs between them. */
const message: fc.Arbitrary<Frame[]> = fc
  .tuple(
    fc.array(fc.tuple(payloads, fc.array(control, { maxLength: 1 })), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([fragments]) =>
    fragments.flatMap(([payload, between], i) => [
      { fin: i === fragments.length - 1, opcode: i === 0 ? 0x2 : 0x0, payload },
      ...between,
    ]),
  )

/** What a server may send: whole messages. */
export const serverFrames = fc
  .array(message, { minLength: 1, maxLength: 6 })
  .map((messages) => messages.flat())

/** Any frames, a client's or a server's. */
export const anyFrames: fc.Arbitrary<Frame[]> = fc.array(
  fc.record({
    fin: fc.boolean(),
    opcode: fc.nat(0xa),
    mask: fc.option(
      fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      { nil: undefined },
    ),
    payload: payloads,
  }),
  { maxLength: 12 },
)

/** As many chunks as can be sent one by one within the time that a frame may take to end. */
const MAX_CHUNKS = 200

/** Cuts bytes into chunks of these sizes in turn, over and over; what is left in the end is one. */
export function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let at = 0
  while (at < bytes.length && chunks.length < MAX_CHUNKS) {
    const size = sizes[chunks.length % sizes.length] ?? bytes.length
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return at < bytes.length ? [...chunks, bytes.subarray(at)] : chunks
}

/** Sizes of chunks: some cut headers into single bytes, some hold many frames. */
export const chunkSizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2_000 })),
  { minLength: 1, maxLength: 20 },
)
