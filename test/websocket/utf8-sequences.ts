/**
 * Section 6 of the Autobahn test suite: byte sequences that are, or are not, UTF-8, after Markus
 * Kuhn's stress test. In hexadecimal.
 */

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)
const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex')

const GREEK = 'cebae1bdb9cf83cebcceb5'
/** Where a prefix of the Greek word ends between two characters. */
const BORDERS: ReadonlySet<number> = new Set([2, 5, 7, 9, 11])
const PREFIXES = range(1, 12).map((length) => [length, GREEK.slice(0, 2 * length)] as const)

const NO_CHARACTERS = ['f0', 'f1', 'f2', 'f3'].flatMap((lead) =>
  ['9fbf', 'afbf', 'bfbf'].flatMap((middle) => [`${lead}${middle}be`, `${lead}${middle}bf`]),
)
const LATE_NO_CHARACTERS = ['f1', 'f2', 'f3', 'f4'].flatMap((lead) => [
  `${lead}8fbfbe`,
  `${lead}8fbfbf`,
])

/** Sequences whose last byte is missing. */
const INCOMPLETE = 'c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf'.split(
  ' ',
)

export const VALID: readonly string[] = [
  ...'68656c6c6f24776f726c64 68656c6c6fc2a2776f726c64 68656c6c6fe282ac776f726c64'.split(' '),
  '68656c6c6ff0a4ada2776f726c64',
  ...PREFIXES.filter(([length]) => BORDERS.has(length)).map(([, text]) => text),
  ...'00 c280 e0a080 f0908080 7f dfbf efbfbf f48fbfbf ed9fbf ee8080 efbfbd'.split(' '),
  ...NO_CHARACTERS,
  ...LATE_NO_CHARACTERS,
  ...'efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe'.split(' '),
]

export const INVALID: readonly string[] = [
  ...PREFIXES.filter(([length]) => !BORDERS.has(length)).map(([, text]) => text),
  // Of five and six bytes, and beyond U+10FFFF.
  ...'f888808080 fc8480808080 f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf f4908080'.split(' '),
  // Continuation bytes that continue nothing.
  ...'80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf'.split(' '),
  hex(range(0x80, 0xbf)),
  // Beginnings that are not continued.
  ...[
    [0xc0, 0xdf],
    [0xe0, 0xef],
    [0xf0, 0xf7],
    [0xf8, 0xfb],
    [0xfc, 0xfd],
  ].map(([from = 0, to = 0]) => hex(range(from, to).flatMap((byte) => [byte, 0x20]))),
  ...INCOMPLETE,
  INCOMPLETE.join(''),
  ...'fe ff fefeffff'.split(' '),
  // Longer than they need to be.
  ...'c0af e080af f08080af f8808080af fc80808080af'.split(' '),
  ...'c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf'.split(' '),
  ...'c080 e08080 f0808080 f880808080 fc8080808080'.split(' '),
  // Surrogates, alone and in pairs.
  ...'eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf'.split(' '),
  ...'eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf'.split(' '),
  ...'edae80edb080 edae80edbfbf edafbfedb080 edafbfedbfbf'.split(' '),
]
