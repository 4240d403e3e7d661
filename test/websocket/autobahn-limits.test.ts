import { describe, it } from 'vitest'
import { chopped, closing, expectTransparent, frame } from './transparency.ts'

const BYE = closing(1000)
const KB = 1024
const MB = 1024 * KB

/** A message in fragments of a size. */
function fragments(opcode: number, payload: Buffer, size: number): Buffer {
  const parts = chopped(payload, size)
  return Buffer.concat(
    parts.map((part, i) => frame(i === 0 ? opcode : 0x0, part, i === parts.length - 1)),
  )
}

describe('9: large messages', () => {
  it.each([64 * KB, 256 * KB, MB, 4 * MB, 8 * MB, 16 * MB])(
    'of %i bytes',
    async (size) => {
      const payload = Buffer.alloc(size, '*')
      await expectTransparent({ writes: [Buffer.concat([frame(0x1, payload), BYE])], ends: 1000 })
      await expectTransparent({ writes: [Buffer.concat([frame(0x2, payload), BYE])], ends: 1000 })
    },
    60_000,
  )

  it.each([
    [MB, 256],
    [4 * MB, KB],
    [4 * MB, 16 * KB],
    [4 * MB, 64 * KB],
    [4 * MB, MB],
  ])(
    'of %i bytes in fragments of %i',
    async (size, part) => {
      const bytes = fragments(0x2, Buffer.alloc(size, 0xfe), part)
      await expectTransparent({ writes: [bytes, BYE], ends: 1000 })
    },
    60_000,
  )

  it.each([64, 256, 4 * KB, 64 * KB])(
    'of 1 MB in chops of %i',
    async (size) => {
      const bytes = frame(0x1, Buffer.alloc(size < 256 ? 64 * KB : MB, '*'))
      await expectTransparent({ writes: [...chopped(bytes, size), BYE], ends: 1000 })
    },
    60_000,
  )

  it.each([0, 16, 64, 256, KB, 4 * KB])(
    'a thousand of %i bytes',
    async (size) => {
      const bytes = Buffer.concat(Array.from({ length: 1000 }, () => frame(0x1, '*'.repeat(size))))
      await expectTransparent({ writes: [bytes, BYE], ends: 1000 })
    },
    60_000,
  )
})

describe('10: fragments made by itself', () => {
  it('65536 bytes in fragments of 1300', async () => {
    const bytes = fragments(0x1, Buffer.alloc(64 * KB, '*'), 1300)
    await expectTransparent({ writes: [bytes, BYE], ends: 1000 })
  })
})
