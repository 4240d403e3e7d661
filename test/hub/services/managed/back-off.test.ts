import { expect, it } from 'vitest'
import { BackOff } from '../../../../src/hub/services/managed/back-off.ts'

it('waits longer each time a service ends soon, to a minute, and begins anew after a good run', () => {
  const backOff = new BackOff()
  const pauses = Array.from({ length: 8 }, () => backOff.after(500))

  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  expect(backOff.after(59_000)).toBe(60_000)
  expect(backOff.after(60_000)).toBe(1000)
  expect(backOff.after(0)).toBe(2000)
})
