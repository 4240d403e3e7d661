/** A value as a message quotes it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
