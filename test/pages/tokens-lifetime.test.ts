import { describe, expect, it } from 'vitest'
import { lastDays, lifeChoices, lifeOf, usualLife } from '../../src/pages/tokens/lifetime.ts'

const NOW = Date.UTC(2026, 10, 22, 21, 0, 0)
const HOUR = 3600

function offered(most: number): { values: string[]; usual: string } {
  const choices = lifeChoices(lastDays(NOW, most), most)
  return { values: choices.map(({ value }) => value), usual: usualLife(choices) }
}

describe('what is offered', () => {
  it.each([
    [0, ['hour', 'day', 'week', 'month', 'year', 'date', 'never'], 'month'],
    [HOUR / 2, ['longest'], 'longest'],
    [HOUR, ['hour'], 'hour'],
    [4 * HOUR, ['hour', 'longest', 'date'], 'longest'],
    [7 * 24 * HOUR, ['hour', 'day', 'week', 'date'], 'week'],
    [90 * 24 * HOUR, ['hour', 'day', 'week', 'month', 'longest', 'date'], 'month'],
  ])('under a limit of %i seconds', (most, values, usual) => {
    expect(offered(most)).toEqual({ values, usual })
  })

  it('names the limit in whole units', () => {
    const labelOf = (most: number): string | undefined =>
      lifeChoices(undefined, most).find(({ value }) => value === 'longest')?.label
    expect(labelOf(90 * 24 * HOUR)).toBe('90 days, the longest here')
    expect(labelOf(36 * HOUR)).toBe('36 hours, the longest here')
    expect(labelOf(61)).toBe('61 seconds, the longest here')
  })

  it('has the days that end within the limit', () => {
    expect(lastDays(NOW, 0)).toEqual({ from: '2026-11-22', to: undefined })
    expect(lastDays(NOW, 2 * HOUR)).toBeUndefined()
    expect(lastDays(NOW, 3 * HOUR)).toEqual({ from: '2026-11-22', to: '2026-11-22' })
    expect(lastDays(NOW, 28 * HOUR)).toEqual({ from: '2026-11-22', to: '2026-11-23' })
  })
})

it('counts a day to its end', () => {
  expect(lifeOf('date', '2026-11-22', NOW)).toBe(3 * HOUR)
  expect(lifeOf('date', '2026-11-23', NOW)).toBe(27 * HOUR)
  expect(() => lifeOf('date', '2026-11-21', NOW)).toThrow('That day is over')
})
