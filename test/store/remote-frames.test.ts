import { expect, it } from 'vitest'
import { FrameReader, frameOf } from '../../src/store/remote/frames.ts'

const DOCUMENTS = [{ a: 'é\u0000' }, [], 'x'.repeat(70_000), null, { b: [1, 2.5] }]

it.each([1, 2, 3, 4, 5, 7, 65_536, 1_000_000])(
  'reads frames that come %d bytes at a time',
  (size) => {
    const read: unknown[] = []
    const reader = new FrameReader((document) => read.push(document))
    const bytes = Buffer.concat(DOCUMENTS.map(frameOf))
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
    expect(read).toEqual(DOCUMENTS)
  },
)

it('throws at what is not JSON', () => {
  const reader = new FrameReader(() => undefined)
  expect(() => reader.push(Buffer.from([0, 0, 0, 1, 0x7b]))).toThrow(SyntaxError)
})
