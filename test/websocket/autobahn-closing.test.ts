import { describe, it } from 'vitest'
import { chopped, closing, expectTransparent, frame } from './transparency.ts'

const HELLO = frame(0x1, 'Hello World!')

describe('7: closing', () => {
  it.each<[string, number, Buffer[]]>([
    ['behind a message', 1000, [HELLO, closing(1000)]],
    ['twice', 1000, [closing(1000), closing(1000)]],
    ['and a ping behind it', 1000, [closing(1000), frame(0x9)]],
    ['and a text behind it', 1000, [closing(1000), HELLO]],
    ['in the middle of fragments', 1000, [frame(0x1, 'a', false), closing(1000), frame(0x0, 'b')]],
    [
      'behind 256 kB, and a text behind it',
      1000,
      [frame(0x1, '*'.repeat(262_144)), HELLO, closing(1000), frame(0x9)],
    ],
    ['without a code', 1005, [closing()]],
    ['with half a code', 1002, [frame(0x8, 'a')]],
    ['with a code alone', 1000, [closing(1000)]],
    ['with a reason', 1000, [closing(1000, 'Hello World!')]],
    ['with 123 bytes of reason', 1000, [closing(1000, '*'.repeat(123))]],
    ['with 124 bytes of reason', 1002, [closing(1000, '*'.repeat(124))]],
    ['with a reason that is no UTF-8', 1007, [closing(1000, Buffer.from('ceba80f4908080', 'hex'))]],
  ])('%s', async (_, ends, frames) => {
    await expectTransparent({ writes: frames, ends })
    await expectTransparent({ writes: [Buffer.concat(frames)], ends })
  })

  it('byte by byte', async () => {
    const writes = chopped(Buffer.concat([HELLO, closing(4321, 'by the client')]))
    await expectTransparent({ writes, ends: 4321 })
  })

  it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])(
    'with %i',
    async (code) => {
      await expectTransparent({ writes: [closing(code)], ends: code })
    },
  )

  it.each([0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535])(
    'with %i, which nobody may send',
    async (code) => {
      await expectTransparent({ writes: [closing(code)], ends: 1002 })
    },
  )
})
