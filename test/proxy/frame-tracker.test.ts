import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closeFrame, maskedCloseFrame } from '../../src/proxy/close-frame.ts'
import { FrameTracker } from '../../src/proxy/frame-tracker.ts'
import { anyFrames, chunkSizes, chunksOf, encodeFrame } from './frames.ts'

describe('FrameTracker', () => {
  it('knows at the end of each chunk whether it is a border, and whether a Close has passed', () => {
    fc.assert(
      fc.property(anyFrames, chunkSizes, (frames, sizes) => {
        const encoded = frames.map(encodeFrame)
        const borders = new Map([[0, false]])
        let end = 0
        let closed = false
        for (const [i, bytes] of encoded.entries()) {
          end += bytes.length
          closed ||= frames[i]?.opcode === 0x8
          borders.set(end, closed)
        }
        const tracker = new FrameTracker()
        let at = 0
        for (const chunk of chunksOf(Buffer.concat(encoded), sizes)) {
          tracker.take(chunk)
          at += chunk.length
          expect(tracker.atBorder).toBe(borders.has(at))
          if (tracker.atBorder) expect(tracker.closed).toBe(borders.get(at))
        }
      }),
    )
  })

  it('follows the frame that is under way to its end and no further', () => {
    fc.assert(
      fc.property(anyFrames, fc.nat(), chunkSizes, (frames, cut, sizes) => {
        fc.pre(frames.length > 0)
        const encoded = frames.map(encodeFrame)
        const whole = Buffer.concat(encoded)
        const start = cut % whole.length
        let end = 0
        for (const bytes of encoded) if (end < start) end += bytes.length
        const tracker = new FrameTracker()
        tracker.take(whole.subarray(0, start))
        let taken = 0
        for (const chunk of chunksOf(whole.subarray(start), sizes)) {
          const rest = tracker.takeRest(chunk)
          taken += rest
          if (rest < chunk.length) break
        }
        expect(start + taken).toBe(end)
        expect(tracker.atBorder).toBe(true)
      }),
    )
  })

  it('does not end a frame of a length that no number has', () => {
    const tracker = new FrameTracker()
    tracker.take(Buffer.from('827fffffffffffffffff', 'hex'))
    tracker.take(Buffer.alloc(100_000))
    expect(tracker.atBorder).toBe(false)
    expect(tracker.takeRest(Buffer.alloc(1000))).toBe(1000)
  })
})

describe('a Close frame', () => {
  it('has the code and the reason', () => {
    expect(closeFrame(1008, 'no').toString('hex')).toBe('880403f06e6f')
    expect(closeFrame(1012, '').toString('hex')).toBe('880203f4')
  })

  it('is never longer than a control frame may be', () => {
    expect(closeFrame(1008, 'x'.repeat(500))).toHaveLength(2 + 125)
  })

  it('is masked like a client’s', () => {
    const frame = maskedCloseFrame(1001)
    expect(frame.subarray(0, 2).toString('hex')).toBe('8882')
    const [a = 0, b = 0] = frame.subarray(2, 4)
    expect([(frame[6] ?? 0) ^ a, (frame[7] ?? 0) ^ b]).toEqual([0x03, 0xe9])
    expect(frame).toHaveLength(8)
  })

  it('is seen as one', () => {
    for (const frame of [closeFrame(1008, 'no'), maskedCloseFrame(1001)]) {
      const tracker = new FrameTracker()
      tracker.take(frame)
      expect([tracker.atBorder, tracker.closed]).toEqual([true, true])
    }
  })
})
