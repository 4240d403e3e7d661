import { describe, expect, it, vi } from 'vitest'
import type { ListText } from '../../src/api/list-answer.ts'
import { answerList } from '../../src/api/list-answer.ts'
import { TextAnswer } from '../../src/api/text-answer.ts'
import { openTestHub } from '../support/hub.ts'

const ITEMS = Array.from({ length: 10_000 }, (_, n) => n)

async function answer(list: Partial<ListText<number>> = {}) {
  const load = vi.fn<ListText<number>['load']>(async (items) => items.map((n) => `{"n":${n}}`))
  const hub = await openTestHub()
  const response = await answerList(hub, {
    items: ITEMS,
    load,
    frame: '[]',
    stillAllowed: () => Promise.resolve(true),
    ...list,
  })
  return { response, load }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  return Buffer.from((await reader.read()).value ?? []).toString()
}

describe('a long list', () => {
  it('is sent whole', async () => {
    const { response } = await answer()
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual(ITEMS.map((n) => ({ n })))
  })

  it('is sent in its frame', async () => {
    const { response } = await answer({ frame: '{"items":[],"_pagination":{"next":[]}}' })
    const body = await response.json()
    expect(body).toMatchObject({ _pagination: { next: [] } })
    expect(body).toHaveProperty('items.length', 10_000)
  })

  it('is made as its reader takes it, never all of it', async () => {
    const { response, load } = await answer()
    expect(load).not.toHaveBeenCalled()
    const reader = response.body!.getReader()
    expect(await read(reader)).toBe('[')
    expect(load).not.toHaveBeenCalled()
    for (let batches = 1; batches < 4; batches++) {
      await read(reader)
      expect(load).toHaveBeenCalledTimes(batches)
    }
    for (const [items] of load.mock.calls) expect(items.length).toBeLessThanOrEqual(500)
  })

  it('ends when its reader goes away', async () => {
    const { response, load } = await answer()
    const reader = response.body!.getReader()
    await read(reader)
    await read(reader)
    await reader.cancel()
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('does not look whole when an error ends it', async () => {
    const load: ListText<number>['load'] = (items) =>
      items.includes(700) ? Promise.reject(new Error('broken')) : Promise.resolve(['1'])
    const { response } = await answer({ load })
    await expect(response.text()).rejects.toThrow('broken')
  })

  it('ends when its reader may not read it any more', async () => {
    let allowed = true
    const now = vi.spyOn(performance, 'now')
    const { response } = await answer({ stillAllowed: () => Promise.resolve(allowed) })
    const reader = response.body!.getReader()
    await read(reader)
    allowed = false
    expect(await read(reader)).toContain('{"n":0}')
    now.mockReturnValue(performance.now() + 2_000)
    await expect(reader.read()).rejects.toThrow('may not read it')
    now.mockRestore()
  })

  it('leaves out what is not shown, wherever that is', async () => {
    const load: ListText<number>['load'] = async (items) =>
      items.filter((n) => n === 4_000 || n === 9_999).map(String)
    const { response } = await answer({ load })
    expect(await response.text()).toBe('[4000,9999]')
  })
})

describe('a short list', () => {
  it.each([0, 1, 500])('of %i is answered at once', async (length) => {
    const { response } = await answer({ items: ITEMS.slice(0, length) })
    expect(response).toBeInstanceOf(TextAnswer)
    expect(await (response as TextAnswer).whole().json()).toHaveLength(length)
  })
})
