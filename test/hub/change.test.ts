import { describe, expect, test } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import { change } from '../../src/hub/change.ts'
import { openTestHub } from '../support/hub.ts'

describe('change', () => {
  test('begins anew until its commit is applied', async () => {
    const hub = await openTestHub()
    const key = ['counter']
    const increment = () =>
      change(hub, async () => {
        const entry = await hub.store.get<number>(key)
        const value = (entry?.value ?? 0) + 1
        const check = [{ key, version: entry?.version ?? null }]
        const { applied } = await hub.store.commit({ check, set: [{ key, value }] })
        return applied ? value : undefined
      })
    const results = await Promise.all(Array.from({ length: 8 }, increment))
    expect(results.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect((await hub.store.get(key))?.value).toBe(8)
  })

  test('takes an answer of null, false or 0 for an answer', async () => {
    const hub = await openTestHub()
    for (const answer of [null, false, 0, '']) {
      expect(await change(hub, () => Promise.resolve(answer))).toBe(answer)
    }
  })

  test('gives up in the end, as unavailable', async () => {
    const hub = await openTestHub()
    let attempts = 0
    const never = change(hub, () => {
      attempts++
      return Promise.resolve(undefined)
    })
    await expect(never).rejects.toMatchObject({
      code: 'unavailable',
      headers: { 'retry-after': '1' },
    })
    expect(attempts).toBeGreaterThan(3)
  })

  test('passes on what an attempt throws, without another attempt', async () => {
    const hub = await openTestHub()
    let attempts = 0
    const refused = change(hub, () => {
      attempts++
      return Promise.reject(new HubgateError('conflict', 'taken'))
    })
    await expect(refused).rejects.toMatchObject({ code: 'conflict', publicMessage: 'taken' })
    expect(attempts).toBe(1)
  })
})
