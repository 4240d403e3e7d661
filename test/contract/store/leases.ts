import { expect, it } from 'vitest'
import type { Open } from './setup.ts'
import { acquire, listen, ODD_NAMES, put, write } from './setup.ts'

export function describeLeases(open: Open): void {
  it('gives a lease to one holder at a time', async () => {
    await using test = await open()
    const other = await test.second()
    const lease = await acquire(test.store, 'server', 'one')
    expect(lease).toMatchObject({ name: 'server', holder: 'one', fence: expect.any(Number) })
    expect(await test.store.acquireLease('server', 'two', 1000)).toBeUndefined()
    expect(await other.acquireLease('server', 'two', 1000)).toBeUndefined()
    expect(await other.acquireLease('another', 'two', 1000)).toBeDefined()
  })

  it('gives it to exactly one of many who ask at once', async () => {
    await using test = await open()
    const stores = [test.store, await test.second()]
    const leases = await Promise.all(
      Array.from({ length: 10 }, (_, i) => stores[i % 2]!.acquireLease('s', `holder ${i}`, 1000)),
    )
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1)
  })

  it('gives its own holder the same lease again, renewed', async () => {
    await using test = await open()
    const lease = await acquire(test.store, 's', 'one', 1000)
    await test.advance(900)
    expect(await test.store.acquireLease('s', 'one', 1000)).toEqual(lease)
    await test.advance(900)
    expect(await test.store.acquireLease('s', 'two', 1000)).toBeUndefined()
    expect(await test.store.renewLease(lease, 1000)).toBe(true)
  })

  it('ends at its last millisecond', async () => {
    await using test = await open()
    const lease = await acquire(test.store, 's', 'one', 1000)
    await test.advance(999)
    expect(await test.store.acquireLease('s', 'two', 1000)).toBeUndefined()
    await test.advance(1)
    expect(await test.store.renewLease(lease, 1000)).toBe(false)
    expect(await test.store.acquireLease('s', 'two', 1000)).toMatchObject({ holder: 'two' })
  })

  it('lasts as long as it is renewed', async () => {
    await using test = await open()
    const lease = await acquire(test.store, 's', 'one', 1000)
    for (let i = 0; i < 3; i++) {
      await test.advance(900)
      expect(await test.store.renewLease(lease, 1000)).toBe(true)
    }
    expect(await test.store.acquireLease('s', 'two', 1000)).toBeUndefined()
  })

  it('is free once released', async () => {
    await using test = await open()
    const lease = await acquire(test.store, 's', 'one')
    await test.store.releaseLease(lease)
    await test.store.releaseLease(lease)
    expect(await test.store.renewLease(lease, 1000)).toBe(false)
    expect(await test.store.acquireLease('s', 'two', 1000)).toMatchObject({ holder: 'two' })
  })

  it('has a fence that grows with every acquisition, by anyone, in any way', async () => {
    await using test = await open()
    const other = await test.second()
    const fences: number[] = []
    for (const [store, holder] of [
      [test.store, 'one'],
      [other, 'one'],
      [test.store, 'two'],
    ] as const) {
      const lease = await acquire(store, 's', holder)
      fences.push(lease.fence)
      await store.releaseLease(lease)
    }
    for (const holder of ['one', 'one', 'two']) {
      fences.push((await acquire(other, 's', holder, 1000)).fence)
      await test.advance(1000)
    }
    expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b))
    expect(fences.every(Number.isSafeInteger)).toBe(true)
  })

  it('lets an old lease neither renew nor release what was acquired since', async () => {
    await using test = await open()
    const old = await acquire(test.store, 's', 'one', 1000)
    await test.advance(1000)
    const current = await acquire(test.store, 's', 'one', 1000)
    await test.store.releaseLease(old)
    expect(await test.store.renewLease(old, 1000)).toBe(false)
    expect(await test.store.renewLease(current, 1000)).toBe(true)
  })

  it('fences commits: only who holds the lease now may change what it guards', async () => {
    await using test = await open()
    const other = await test.second()
    const old = await acquire(test.store, 's', 'one', 1000)
    const set = [write('a')]
    expect(await test.store.commit({ fence: [old], set })).toEqual({ applied: true })
    expect(await other.commit({ fence: [old], set })).toEqual({ applied: true })
    await test.advance(1000)
    expect(await test.store.commit({ fence: [old], set })).toEqual({ applied: false })
    const current = await acquire(other, 's', 'two', 1000)
    expect(await test.store.commit({ fence: [old], set })).toEqual({ applied: false })
    expect(await other.commit({ fence: [current], set })).toEqual({ applied: true })
    const unheard = { ...current, fence: current.fence + 1 }
    expect(await other.commit({ fence: [current, unheard], set })).toEqual({ applied: false })
    await other.releaseLease(current)
    expect(await other.commit({ fence: [current], set })).toEqual({ applied: false })
  })

  it('changes nothing when a fence fails', async () => {
    await using test = await open()
    const lease = await acquire(test.store, 's', 'one')
    await test.store.releaseLease(lease)
    const heard = listen(test.store)
    await test.store.commit({ fence: [lease], set: [write('a')] })
    expect(await test.store.get(['a'])).toBeUndefined()
    await put(test.store, ['end'], 1)
    expect(heard.names()).toEqual(['end'])
  })

  it('is no entry, and takes any name', async () => {
    await using test = await open()
    for (const odd of ODD_NAMES) {
      expect(await test.store.acquireLease(odd, 'one', 1000)).toMatchObject({ name: odd })
    }
    expect(await test.store.count([])).toBe(0)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('does not last %s ms', async (ttl) => {
    await using test = await open()
    await expect(test.store.acquireLease('s', 'one', ttl)).rejects.toThrow(TypeError)
    const lease = await acquire(test.store, 's', 'one')
    await expect(test.store.renewLease(lease, ttl)).rejects.toThrow(TypeError)
  })
}
