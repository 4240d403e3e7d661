import { describe, expect, it } from 'vitest'
import { afterPoll } from '../../src/base/after-poll.ts'

/** Lets several wait, by their numbers, and tells which were written when. */
function waiting(count: number): { written: number[] } {
  const written: number[] = []
  for (let n = 0; n < count; n++) afterPoll({ flush: () => written.push(n) })
  return { written }
}

const nextPoll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('afterPoll', () => {
  it('writes behind all that comes in now, in its order', async () => {
    const { written } = waiting(3)
    await Promise.resolve()
    expect(written).toEqual([])
    await nextPoll()
    expect(written).toEqual([0, 1, 2])
  })

  it('lets no more than 32 wait', async () => {
    const { written } = waiting(40)
    expect(written).toHaveLength(32)
    await nextPoll()
    expect(written).toHaveLength(40)
  })

  it('writes what is added while it writes', async () => {
    const written: string[] = []
    afterPoll({
      flush: () => {
        written.push('first')
        afterPoll({ flush: () => written.push('second') })
      },
    })
    await nextPoll()
    await nextPoll()
    expect(written).toEqual(['first', 'second'])
  })
})
