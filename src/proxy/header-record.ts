/** Headers by name, as Node's client and server take them. */
export type HeaderRecord = Record<string, string | string[]>

/** Names and values in turn as a record: lower-case names, repeated headers as lists. */
export function headerRecord(headers: readonly string[]): HeaderRecord {
  const record: HeaderRecord = Object.create(null)
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase()
    const value = headers[i + 1] ?? ''
    const before = record[name]
    if (before === undefined) record[name] = value
    else if (typeof before === 'string') record[name] = [before, value]
    else before.push(value)
  }
  return record
}
