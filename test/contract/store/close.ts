import { expect, it } from 'vitest'
import { HubgateError } from '../../../src/base/errors.ts'
import type { Open } from './setup.ts'
import { listen, put, write } from './setup.ts'

export function describeClose(open: Open): void {
  it('keeps what was committed for the next who opens', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    await test.store.close()
    expect((await (await test.second()).get(['a']))?.value).toBe(1)
  })

  it('ends notices and use, and may be done twice', async () => {
    await using test = await open()
    const other = await test.second()
    const heard = listen(other)
    expect(other.listening).toBe(true)
    await other.close()
    await other.close()
    expect(other.listening).toBe(false)
    await put(test.store, ['a'], 1)
    await expect(other.get(['a'])).rejects.toThrow(HubgateError)
    await expect(other.commit({ set: [write('b')] })).rejects.toMatchObject({ code: 'unavailable' })
    expect(heard.names()).toEqual([])
  })

  it('says what it is without secrets', async () => {
    await using test = await open()
    expect(test.store.description).toMatch(/^[a-z]+ \S/)
  })
}
