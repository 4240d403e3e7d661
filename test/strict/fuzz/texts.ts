import fc from 'fast-check'

/** Never to be seen by whom it is not for. */
export const SECRET = 'S3CRET'
/** What only the gateway may say. */
export const SPOOF = 'SP00F'

/** Characters that end something for somebody. */
const MARKS = [...' \t,;:=&?#%/\\."\'()<>@[]{}+-_*~|^`!$', '\x80', '\xa0', '\xff']

/** Texts of these words, marks, runs of a mark, letters and what may be in a header's value. */
export function textOf(words: readonly string[], maxLength = 12): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...words) },
    { weight: 4, arbitrary: fc.constantFrom(...MARKS) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...MARKS), fc.integer({ min: 2, max: 40 }))
        .map(([mark, times]) => mark.repeat(times)),
    },
    { weight: 1, arbitrary: fc.stringMatching(/^[ -~]{0,6}$/) },
  )
  return fc.array(piece, { maxLength }).map((pieces) => pieces.join(''))
}

/** A name in the case that somebody fancies. */
export function inAnyCase(names: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('as-is', 'upper', 'lower', 'title'))
    .map(([name, how]) => {
      if (how === 'upper') return name.toUpperCase()
      if (how === 'title') return name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
      return how === 'lower' ? name.toLowerCase() : name
    })
}

/** Header names and values in turn. */
export type RawHeaders = string[]

/** Headers of these kinds of pairs. */
export function headersOf(...kinds: fc.Arbitrary<[string, string]>[]): fc.Arbitrary<RawHeaders> {
  return fc.array(fc.oneof(...kinds), { maxLength: 10 }).map((pairs) => pairs.flat())
}

/** A run of what a pattern might stumble on, and what is around it. */
export interface LongText {
  before: string
  unit: string
  times: number
  after: string
}

export const writtenOut = ({ before, unit, times, after }: LongText): string =>
  before + unit.repeat(times) + after

/** What patterns might stumble on when there is much of it. */
const UNITS = [
  ...' \t,;:=&?%/\\."+-a\xa0',
  ...[' a', ', ', '; ', ' ;', '%2', '%20', '%25', '..', '/.', '/../', '=;', '&token', 'token='],
  ...['timeout=', 'a=b;', 'a,', '\\/', '//a', '%zz', '\r\n'],
]

/** Long texts, each of about that many characters. */
export function longTexts(length: number): LongText[] {
  return UNITS.flatMap((unit) => {
    const times = Math.ceil(length / unit.length)
    return [
      { before: '', unit, times, after: '' },
      { before: 'a', unit, times, after: 'b' },
    ]
  })
}
