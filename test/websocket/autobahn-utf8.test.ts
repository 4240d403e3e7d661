import { describe, it } from 'vitest'
import { chopped, closing, expectTransparent, frame } from './transparency.ts'
import { INVALID, VALID } from './utf8-sequences.ts'

const BYE = closing(1000)
const cases = [
  ...VALID.map((text) => [text, 1000] as const),
  ...INVALID.map((text) => [text, 1007] as const),
]

/** A fragment for each byte, and an empty one at the end. */
function fragments(bytes: Buffer): Buffer[] {
  const parts = chopped(bytes).map((part, i) => frame(i === 0 ? 0x1 : 0x0, part, false))
  return [...parts, frame(0x0)]
}

describe('6: UTF-8', () => {
  it.each(cases)('%s ends with %i', async (text, ends) => {
    const bytes = Buffer.from(text, 'hex')
    await expectTransparent({ writes: [frame(0x1, bytes), BYE], ends })
    await expectTransparent({ writes: [Buffer.concat([...fragments(bytes), BYE])], ends })
  })

  it('an empty text, and empty fragments', async () => {
    await expectTransparent({ writes: [frame(0x1), BYE], ends: 1000 })
    await expectTransparent({ writes: [...fragments(Buffer.from('ab')), BYE], ends: 1000 })
  })

  it('a text in chops, cut within its characters', async () => {
    const text = frame(0x1, 'Hello-µ@ßöäüàá-UTF-8!!')
    await expectTransparent({ writes: [...chopped(text), BYE], ends: 1000 })
  })

  it('a bad byte in the middle of a long text', async () => {
    const bytes = Buffer.concat([Buffer.from('κόσμε'), Buffer.from('f4908080', 'hex'), BYE])
    await expectTransparent({ writes: chopped(frame(0x1, bytes), 3), ends: 1007 })
  })
})
