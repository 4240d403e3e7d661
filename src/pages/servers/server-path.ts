/** What a path below `{hub}user/` names. */
export interface ServerPath {
  /** Decoded. */
  user: string
  /** The first segment after the user, decoded: perhaps a named server; empty when there is none. */
  first: string
  /** What follows the user, and what follows the first segment: as sent, without leading slash. */
  afterUser: string
  afterFirst: string
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function split(path: string): [head: string, rest: string] {
  const at = path.indexOf('/')
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)]
}

/**
 * @param path what follows `{hub}user/`, as sent
 * @returns undefined when a segment does not decode
 */
export function parseServerPath(path: string): ServerPath | undefined {
  const [rawUser, afterUser] = split(path)
  const [rawFirst, afterFirst] = split(afterUser)
  const user = decode(rawUser)
  const first = decode(rawFirst)
  if (user === undefined || first === undefined || user === '') return undefined
  return { user, first, afterUser, afterFirst }
}

/**
 * How often the browser was already sent on to the server, and the query with one more.
 * @param search the query as sent, with `?`, or empty
 */
export function countRedirects(search: string): { count: number; search: string } {
  const parts = search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')
  const counts = parts.map((part) => /^redirects=(\d{1,4})$/.exec(part)?.[1])
  const count = Math.max(0, ...counts.map((digits) => Number(digits ?? 0)))
  const others = parts.filter((_, index) => counts[index] === undefined)
  return { count, search: `?${[...others, `redirects=${count + 1}`].join('&')}` }
}

/** Whether `Accept` names JSON before, or instead of, HTML (wire-contract §8.3). */
export function prefersJson(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map((item) => {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
  })
  const qualityOf = (type: string): number => types.find((one) => one.type === type)?.quality ?? 0
  const [json, html] = [qualityOf('application/json'), qualityOf('text/html')]
  if (json !== html) return json > html
  const index = (type: string): number => types.findIndex((one) => one.type === type)
  return json > 0 && index('application/json') < index('text/html')
}
