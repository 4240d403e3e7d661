const PARAM = 'token'

/** A name or value of a query as servers read it: `+` is a space, escapes are bytes. */
function decodePart(text: string): string {
  if (!/[%+]/.test(text)) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
}

const nameOf = (part: string): string => decodePart(part.split('=', 1)[0] ?? '')

/** The parts of a query, each but the first with the `&` or `;` in front of it. */
function partsOf(query: string): string[] {
  const text = query.startsWith('?') ? query.slice(1) : query
  return text.split(/(?=[&;])/)
}

const bare = (part: string): string => part.replace(/^[&;]/, '')

const mayHaveToken = (query: string): boolean =>
  query.includes(PARAM) || (query.includes('%') && partsOf(query).some(isToken))

const isToken = (part: string): boolean => nameOf(bare(part)) === PARAM

/**
 * The decoded values of all `token` parameters, which is what {@link withoutTokens} removes.
 * @param query raw, with or without its `?`
 */
export function tokensIn(query: string): string[] {
  if (!mayHaveToken(query)) return []
  return partsOf(query)
    .filter(isToken)
    .map((part) => decodePart(bare(part).split('=').slice(1).join('=')))
}

/**
 * The query without its `token` parameters (threats.md P8, P19), otherwise byte for byte: a server
 * never sees what the gateway checked.
 * @param query raw; empty, or with its `?`
 * @returns empty when nothing is left
 */
export function withoutTokens(query: string): string {
  if (!mayHaveToken(query)) return query
  const parts = partsOf(query)
  const kept = parts.filter((part) => !isToken(part))
  if (kept.length === parts.length) return query
  const text = kept.join('')
  return text === '' ? '' : `?${bare(text)}`
}
