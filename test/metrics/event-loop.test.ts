import { expect, it, onTestFinished } from 'vitest'
import { measuredInterval, watchEventLoop } from '../../src/metrics/event-loop.ts'

it.each([
  ['on time', 0.05, 0.05],
  ['less than one turn late', 0.0999, 0.05],
  ['one turn late', 0.1, 0.05],
  ['a second late', 1.05, 1],
])('a turn that comes %s', (_what, elapsed, interval) => {
  expect(measuredInterval(elapsed)).toBeCloseTo(interval, 9)
})

it('tells each turn until it is stopped, and never less than the resolution', async () => {
  const told: number[] = []
  const stop = watchEventLoop((interval) => told.push(interval))
  onTestFinished(stop)
  await expect.poll(() => told.length).toBeGreaterThanOrEqual(3)
  expect(Math.min(...told)).toBe(0.05)
  stop()
  const before = told.length
  await new Promise((resolve) => {
    const later = watchEventLoop(() => {
      later()
      resolve(undefined)
    })
  })
  expect(told).toHaveLength(before)
})
