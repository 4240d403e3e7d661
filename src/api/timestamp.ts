const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** `20200203` and `20200203T010203`, with anything but a digit behind it. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})?(\d{2})?)?(?!\d)/i
/** `Mon, 3 Feb 2020`, as HTTP and mail write it. */
const DAY_FIRST =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+)?(\d{1,2})\s+([a-z]+)\s+(\d{4})/i
/** `Feb 3, 2020`. */
const MONTH_FIRST = /^([a-z]+)\s+(\d{1,2}),?\s+(\d{4})/i

const DATE = String.raw`(?<year>\d{4})(?<between>[-/])(?<month>\d{1,2})\k<between>(?<day>\d{1,2})`
const CLOCK = String.raw`(?<hour>\d{1,2})(?::(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?)?`
const ZONE = String.raw`(?:Z|UTC|GMT|(?<sign>[+-])(?<ahead>\d{2})(?::?(?<minutesAhead>\d{2}))?)`
const TIME = new RegExp(`^${DATE}(?:(?:T|\\s+)${CLOCK}\\s*${ZONE}?)?$`, 'i')

function monthOf(word: string): number {
  const name = word.toLowerCase()
  const matches = (month: string) => name === month || name === month.slice(0, 3)
  return MONTHS.findIndex(matches) + 1
}

/** Other spellings of the date (and of the time with it) as `2020-2-3T01:02:03`. */
function numeric(text: string): string {
  return text
    .replace(COMPACT, (_, year: string, month: string, day: string, ...rest: unknown[]) => {
      const clock = rest.slice(0, 3).filter((part) => part !== undefined)
      return `${year}-${month}-${day}${clock.length === 0 ? '' : `T${clock.join(':')}`}`
    })
    .replace(DAY_FIRST, (_, day: string, month: string, year: string) => {
      return `${year}-${monthOf(month)}-${day}`
    })
    .replace(MONTH_FIRST, (_, month: string, day: string, year: string) => {
      return `${year}-${monthOf(month)}-${day}`
    })
}

/** @returns undefined for a day that the month does not have, or a time that the day does not have */
function utcOf(at: (part: string) => number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(at('year'), at('month') - 1, at('day'))
  date.setUTCHours(at('hour'), at('minute'), at('second'))
  const read = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
  const given = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(at)
  // JavaScript takes February 30 for March 2, and 24:00 for the next day.
  return read.every((value, i) => value === given[i]) ? date.getTime() : undefined
}

/**
 * A time as scripts write it (wire-contract §1.7, activity): ISO 8601 in its long and short forms, a
 * date alone or with a time of any precision and any offset, and the dates of HTTP and mail. Without
 * an offset it is UTC. Spellings that can be read in two ways (`02/03/2020`) are not taken, nor parts
 * of a date.
 * @returns milliseconds since the epoch, or undefined when it is no such time
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = TIME.exec(numeric(text.trim()))?.groups
  if (parts === undefined) return undefined
  const at = (part: string) => Number(parts[part] ?? 0)
  const local = utcOf(at)
  if (local === undefined || at('ahead') > 23 || at('minutesAhead') > 59) return undefined
  const millis = Number((parts['fraction'] ?? '').padEnd(3, '0').slice(0, 3))
  const minutes = (at('ahead') * 60 + at('minutesAhead')) * (parts['sign'] === '-' ? -1 : 1)
  return local + millis - minutes * 60_000
}
