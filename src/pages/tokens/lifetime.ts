import { HubgateError } from '../../base/errors.ts'
import type { Choice } from '../../views/tokens/token-form.ts'

const HOUR = 3600
const DAY = 24 * HOUR

/** What the form offers: the word that it sends, seconds, and what people read. */
const LIVES = [
  ['hour', HOUR, '1 hour'],
  ['day', DAY, '1 day'],
  ['week', 7 * DAY, '7 days'],
  ['month', 30 * DAY, '30 days'],
  ['year', 365 * DAY, '1 year'],
] as const

/** What is chosen already, where the hub allows it. */
const USUAL = 'month'

const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', 60],
] as const

/** Seconds in words, in the largest unit of which they are a whole number. */
function inWords(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const startOfDay = (ms: number): number => Math.floor(ms / (DAY * 1000)) * DAY * 1000

/** The days that may be chosen as a token's last one, `2026-11-22`; without `to` there is no end. */
export interface Days {
  from: string
  to: string | undefined
}

/**
 * The days at whose end (UTC) a token may end.
 * @param now milliseconds since the epoch
 * @param most `token_expires_in_max_seconds`, 0 for no limit
 * @returns undefined when the limit ends before this day does
 */
export function lastDays(now: number, most: number): Days | undefined {
  const from = dateOf(now)
  if (most === 0) return { from, to: undefined }
  const last = startOfDay(now + most * 1000) - DAY * 1000
  return last < startOfDay(now) ? undefined : { from, to: dateOf(last) }
}

/**
 * The lives that the form offers: none that would be refused.
 * @param days from {@link lastDays}
 * @param most `token_expires_in_max_seconds`, 0 for no limit
 */
export function lifeChoices(days: Days | undefined, most: number): Choice[] {
  const fixed = LIVES.filter(([, seconds]) => most === 0 || seconds <= most)
  const isListed = fixed.some(([, seconds]) => seconds === most)
  const longest = { value: 'longest', label: `${inWords(most)}, the longest here` }
  return [
    ...fixed.map(([value, , label]) => ({ value, label })),
    ...(most > 0 && !isListed ? [longest] : []),
    ...(days === undefined ? [] : [{ value: 'date', label: 'At the end of a day' }]),
    ...(most === 0 ? [{ value: 'never', label: 'Never' }] : []),
  ]
}

/** Which of the lives is chosen when nothing was said. */
export function usualLife(choices: readonly Choice[]): string {
  const isOffered = choices.some(({ value }) => value === USUAL)
  if (isOffered) return USUAL
  const fixed = choices.filter(({ value }) => value !== 'date')
  return fixed.at(-1)?.value ?? ''
}

/** @param day as the form sends it */
function secondsUntilEndOf(day: string, now: number): number {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN
  if (Number.isNaN(start) || dateOf(start) !== day) {
    throw new HubgateError('bad_request', 'Give the day as year, month and day: 2027-01-31.')
  }
  const seconds = Math.floor((start - now) / 1000) + DAY
  if (seconds < 1) throw new HubgateError('bad_request', 'That day is over: choose a later one.')
  return seconds
}

/**
 * How long the chosen life is. Whether the hub allows it is the API's to say.
 * @param chosen the word of {@link lifeChoices}
 * @param day the last day, when one was chosen
 * @param now milliseconds since the epoch
 * @returns seconds; null for as long as the hub allows
 * @throws HubgateError `bad_request`
 */
export function lifeOf(chosen: string, day: string, now: number): number | null {
  if (chosen === 'never' || chosen === 'longest') return null
  if (chosen === 'date') return secondsUntilEndOf(day, now)
  const life = LIVES.find(([value]) => value === chosen)
  if (life === undefined) throw new HubgateError('bad_request', 'Choose when the token expires.')
  return life[1]
}
