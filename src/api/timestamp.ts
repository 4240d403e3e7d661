const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

function offsetOf(zone: string | undefined): string {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/**
 * A time in ISO 8601: a date alone or with a time of any precision and any offset; without an offset
 * it is UTC (wire-contract §1.7, activity).
 * @returns milliseconds since the epoch, or undefined when it is no such time
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = ISO.exec(text.trim())
  if (parts === null) return undefined
  const [, date = '', minutes = '00:00', second = '00', fraction = '', zone] = parts
  const millis = fraction.padEnd(3, '0').slice(0, 3)
  const at = Date.parse(`${date}T${minutes}:${second}.${millis}${offsetOf(zone)}`)
  const day = Date.parse(`${date}T00:00:00Z`)
  // Date.parse takes February 30 for March 2.
  const real = !Number.isNaN(day) && new Date(day).toISOString().startsWith(date)
  return real && !Number.isNaN(at) ? at : undefined
}
