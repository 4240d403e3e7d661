/**
 * What a more lenient reader than us could make of a path (threats.md P1): servers decode, drop
 * parameters, resolve dots and merge slashes in different orders, some of them more than once.
 */

const ROUNDS = 3
const ESCAPE = /%([0-9A-Fa-f]{2})/g
/** Bytes that encode an ASCII character in more of them than it needs; never valid UTF-8. */
const OVERLONG = /[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]/
const SUSPECT = /[%;\\]|\/\.|\/\//
/** More views than any honest path has, and more characters in all of them: each one is work. */
const MAX_VIEWS = 64
const MAX_VIEWED = 64 * 1024

/** Whether any reader could see another path than the one that is written. */
export function isAmbiguous(path: string): boolean {
  return SUSPECT.test(path)
}

/** Each escape as the byte it stands for (one char a byte); what is no escape stays. */
function decodeBytes(text: string): string {
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

const slashed = (text: string): string => text.replaceAll('\\', '/')
const withoutParams = (text: string): string => text.replace(/;[^/]*/g, '')

/** The segments that are left, or null when `..` climbs into the first `fixed` ones. */
function resolve(text: string, fixed: number): string[] | null {
  const settled: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') settled.push(segment)
    else if (settled.length > fixed) settled.pop()
    else return null
  }
  return settled
}

const settle = (text: string, fixed: number): string[] | null =>
  resolve(withoutParams(slashed(text)), fixed)

/**
 * The segments that readers see who decode, drop parameters, take `\\` for a slash and resolve, in
 * whatever order and however often. Null when one of them climbs into the first `fixed` segments, or
 * when there are too many to try.
 */
function allViews(path: string, fixed: number): string[][] | null {
  const found: string[][] = []
  const texts = new Set([path])
  let viewed = 0
  for (const text of texts) {
    viewed += text.length
    if (texts.size > MAX_VIEWS || viewed > MAX_VIEWED) return null
    const segments = resolve(text, fixed)
    if (segments === null) return null
    // Somebody may look at the beginning before it is resolved.
    found.push(segments, text.split('/').slice(1))
    texts.add(`/${segments.join('/')}`)
    for (const read of [decodeBytes, slashed, withoutParams]) texts.add(read(text))
  }
  return found
}

function neverClimbs(path: string, fixed: number): boolean {
  return !readings(path).some((text) => text.includes('..')) || allViews(path, fixed) !== null
}

/**
 * What any reader could take for the segment behind the first `fixed` ones, as UTF-8.
 * @returns null when there are too many readings to try, or one climbs out
 */
export function segmentsBehind(path: string, fixed: number): string[] | null {
  const seen = allViews(path, fixed)?.flatMap((segments) => segments[fixed] ?? [])
  return seen === undefined
    ? null
    : [...new Set(seen.map((bytes) => Buffer.from(bytes, 'latin1').toString()))].filter(
        (segment) => segment !== '',
      )
}

/**
 * The path after 0 to 3 rounds of percent-decoding, ending early when nothing is left to decode.
 * Chars above 0x7f stand for bytes.
 */
export function readings(path: string): string[] {
  const found = [path]
  let text = path
  for (let round = 0; round < ROUNDS; round++) {
    const next = decodeBytes(text)
    if (next === text) break
    found.push(next)
    text = next
  }
  return found
}

/**
 * Whether every reading of the path stays below its own first segments. False when there are too many
 * to try.
 * @param path the raw path
 * @param prefix those segments, raw
 */
export function staysBelow(path: string, prefix: readonly string[]): boolean {
  if (!isAmbiguous(path)) return true
  const decoded = prefix.map(decodeBytes)
  const below = readings(path).every((text, round) => {
    if (round > 0 && OVERLONG.test(text)) return false
    const expected = round === 0 ? prefix : decoded
    const settled = settle(text, prefix.length)
    return settled !== null && expected.every((segment, i) => settled[i] === segment)
  })
  return below && neverClimbs(path, prefix.length)
}

/**
 * What each reader takes the path's segments for: as they are written, and settled after 0 to 3
 * rounds of decoding. Null when a reading climbs above the root or is not UTF-8, or when there are too
 * many to try.
 */
export function segmentReadings(path: string): string[][] | null {
  const found = [path.split('/').slice(1)]
  if (!isAmbiguous(path)) return found
  for (const [round, text] of readings(path).entries()) {
    const settled = round > 0 && OVERLONG.test(text) ? null : settle(text, 0)
    if (settled === null) return null
    found.push(settled)
  }
  return neverClimbs(path, 0) ? found : null
}
