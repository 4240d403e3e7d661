import { expect, test } from 'vitest'
import { LastTouched } from '../../../src/hub/activity/last-touched.ts'

test('knows what was last touched, and forgets what was touched long ago when there is more', () => {
  const touched = new LastTouched(1_000)
  const known = (): number[] =>
    Array.from({ length: 10_000 }, (_, n) => n).filter((n) => touched.get(`user-${n}`) === n)
  for (let n = 0; n < 10_000; n++) {
    touched.set(`user-${n}`, -1)
    touched.set(`user-${n}`, n)
    touched.set('always', n)
  }
  expect(known().length).toBeGreaterThanOrEqual(999)
  expect(known().length).toBeLessThanOrEqual(2_000)
  expect(known().at(-1)).toBe(9_999)
  expect(touched.get('always')).toBe(9_999)
  expect(touched.get('user-0')).toBeUndefined()
})
