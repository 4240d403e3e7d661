import { describe, expect, it, onTestFinished } from 'vitest'
import { UpstreamPools } from '../../src/proxy/upstream-pools.ts'
import { testRoute } from '../support/forward-harness.ts'

function pools(): UpstreamPools {
  const made = new UpstreamPools({ connectTimeoutMs: 1_000, firstByteTimeoutMs: 0 })
  onTestFinished(() => made.close())
  return made
}

describe('UpstreamPools', () => {
  it('has one pool a route, never shared between routes to the same address', () => {
    const made = pools()
    const route = testRoute('http://127.0.0.1:9', 'run-1')
    const next = testRoute('http://127.0.0.1:9', 'run-2')
    expect(made.of(route)).toBe(made.of(route))
    expect(made.of(route)).not.toBe(made.of(next))
  })

  it('never opens the pool of a route again that is gone', () => {
    const made = pools()
    const route = testRoute('http://127.0.0.1:9')
    made.drop(route)
    expect(made.of(route).pool.destroyed).toBe(true)
    made.drop(route)
    expect(made.of(route).pool.destroyed).toBe(true)
  })

  it('gives a server so many requests at a time and no more', () => {
    const slot = pools().of(testRoute('http://127.0.0.1:9'))
    const entered = Array.from({ length: 1_001 }, () => slot.enter())
    expect(entered.filter(Boolean)).toHaveLength(1_000)
    slot.leave()
    expect(slot.enter()).toBe(true)
    expect(slot.enter()).toBe(false)
  })
})
