/** Headers that end at each hop (RFC 9110 §7.6.1), with those that were used that way. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** A header's name as the most lenient server reads it (threats.md P6): `X_Forwarded.For` too. */
export function foldName(name: string): string {
  const lower = name.toLowerCase()
  return /[_.]/.test(lower) ? lower.replace(/[_.]/g, '-') : lower
}

/** What `Connection` mostly says, which lists nothing more. */
const USUAL_OPTIONS: ReadonlySet<string> = new Set(['keep-alive', 'Keep-Alive', 'close', 'Upgrade'])

/**
 * The names that a message's `Connection` headers list, folded; undefined when there are none
 * beyond `close`, `keep-alive` and `upgrade`.
 * @param headers names and values in turn
 */
export function connectionNames(headers: readonly string[]): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = headers[i + 1] ?? ''
    if (USUAL_OPTIONS.has(value)) continue
    for (const listed of value.split(',')) {
      const one = foldName(listed.trim())
      if (one === '' || one === 'close' || HOP_BY_HOP.has(one)) continue
      names ??= new Set()
      names.add(one)
    }
  }
  return names
}

/** Whether a header, by its folded name, ends here. */
export function isHopByHop(folded: string, listed: ReadonlySet<string> | undefined): boolean {
  return HOP_BY_HOP.has(folded) || listed?.has(folded) === true
}

/** Whether `Connection` lists a header, by its name in any case. */
export function isListed(name: string, listed: ReadonlySet<string> | undefined): boolean {
  return listed !== undefined && isHopByHop(foldName(name), listed)
}
