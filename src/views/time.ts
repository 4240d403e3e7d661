import type { Markup } from './html.ts'
import { html } from './html.ts'

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** Beyond this a date tells more, in milliseconds. */
const FAR = 14 * 86_400_000

/** `2026-11-22T21:08:19.673Z` as `2026-11-22 21:08 UTC`. */
function absolute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}

function relative(distance: number): string | undefined {
  if (Math.abs(distance) > FAR) return undefined
  const unit = UNITS.find(([, ms]) => Math.abs(distance) >= ms)
  if (unit === undefined) return distance > 0 ? 'in less than a minute' : 'just now'
  return RELATIVE.format(Math.trunc(distance / unit[1]), unit[0])
}

/**
 * A moment as a person thinks of it, `5 minutes ago`, with the exact one behind it.
 * @param iso ISO 8601; null for never
 * @param now milliseconds since the epoch
 * @param never what is said when there was none
 */
export function moment(iso: string | null, now: number, never = 'never'): Markup {
  if (iso === null) return html`${never}`
  const exact = absolute(iso)
  const text = relative(Date.parse(iso) - now) ?? iso.slice(0, 10)
  return html`<time datetime="${iso}" title="${exact}">${text}</time>`
}
