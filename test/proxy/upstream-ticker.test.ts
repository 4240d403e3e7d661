import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Ticker } from '../../src/proxy/upstream/ticker.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

/** Something to watch that notes when it was over. */
function watched(deadline: number): { deadline: number; onDeadline: () => void; at: number } {
  const one = {
    deadline,
    at: Number.NaN,
    onDeadline: () => {
      one.at = performance.now()
      one.deadline = Number.POSITIVE_INFINITY
    },
  }
  return one
}

describe('Ticker', () => {
  it('is never early, and late by two periods at most', () => {
    const ticker = new Ticker([400])
    const start = performance.now()
    const one = watched(ticker.in(400))
    ticker.add(one)
    vi.advanceTimersByTime(399)
    expect(one.at).toBeNaN()
    vi.advanceTimersByTime(201)
    expect(one.at - start).toBeGreaterThanOrEqual(400)
    expect(one.at - start).toBeLessThanOrEqual(600)
  })

  it('counts from now, however long nobody has asked', () => {
    const ticker = new Ticker([400])
    const first = watched(ticker.in(400))
    ticker.add(first)
    ticker.delete(first)
    vi.advanceTimersByTime(60_000)
    const start = performance.now()
    const one = watched(ticker.in(400))
    ticker.add(one)
    vi.advanceTimersByTime(600)
    expect(first.at).toBeNaN()
    expect(one.at - start).toBeGreaterThanOrEqual(400)
  })

  it('has no deadline for 0, and keeps no timer for nothing', () => {
    const ticker = new Ticker([0, 400])
    expect(ticker.in(0)).toBe(Number.POSITIVE_INFINITY)
    const one = watched(ticker.in(400))
    ticker.add(one)
    ticker.add(one)
    expect(vi.getTimerCount()).toBe(1)
    ticker.delete(one)
    vi.advanceTimersByTime(1_000)
    expect(vi.getTimerCount()).toBe(0)
  })
})
