import fc from 'fast-check'

/** How a character is written: mostly as it is, else escaped once, twice or three times, or overlong. */
type Spelling = 'plain' | 'escaped' | 'lower' | 'twice' | 'thrice' | 'overlong'

const hex = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

const escaped = (char: string): string => [...Buffer.from(char, 'utf8')].map(hex).join('')

function spelled(char: string, spelling: Spelling): string {
  const once = escaped(char)
  const code = char.charCodeAt(0)
  // Beyond ASCII no byte may be as it is in a request line.
  if (spelling === 'plain') return code < 0x80 ? char : once
  if (spelling === 'lower') return once.toLowerCase()
  if (spelling === 'twice') return once.replaceAll('%', '%25')
  if (spelling === 'thrice') return once.replaceAll('%', '%2525')
  if (spelling === 'overlong' && code < 0x80)
    return hex(0xc0 | (code >> 6)) + hex(0x80 | (code & 63))
  return once
}

const SPELLING = fc.oneof(
  { weight: 160, arbitrary: fc.constant<Spelling>('plain') },
  { weight: 6, arbitrary: fc.constantFrom<Spelling>('escaped', 'lower') },
  { weight: 1, arbitrary: fc.constantFrom<Spelling>('twice', 'thrice', 'overlong') },
)

/** A text, each of its characters spelled in some way. */
const inSomeSpelling = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, fc.array(SPELLING, { minLength: 16, maxLength: 16, size: 'max' }))
    .map(([text, how]) => [...text].map((char, i) => spelled(char, how[i] ?? 'plain')).join(''))

const NAME = inSomeSpelling(
  fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('ada', 'bob', 'a.b', 'c@d') },
    {
      weight: 3,
      arbitrary: fc.constantFrom('jörg', 'nobody', 'Ada', 'ada ', 'ada;v', '.', '..', '', 'ada\\'),
    },
  ),
)

const SERVER = inSomeSpelling(fc.constantFrom('gpu', 'lab', 'gpu;v=1', 'GPU', 'gpu.', 'gpux', '..'))

/** Segments behind the prefix: Jupyter's, those of other servers, and what readers stumble on. */
const SEGMENT = fc.oneof(
  {
    weight: 60,
    arbitrary: inSomeSpelling(
      fc.constantFrom(
        ...['lab', 'tree', 'files', 'api', 'contents', 'kernels', 'proxy', '8888', 'static'],
        ...[
          'a b.ipynb',
          'café',
          '你好',
          '😀',
          'a+b',
          'x@y',
          "it's",
          '~',
          '...',
          '.git',
          '..a',
          'b..',
        ],
        ...[
          'user',
          'ada',
          'bob',
          'gpu',
          'hub',
          'services',
          'http://x',
          'a;b=c',
          '100%',
          'a/b',
          'a\\b',
        ],
      ),
    ),
  },
  {
    weight: 14,
    arbitrary: inSomeSpelling(
      fc.constantFrom('..', '.', '', '..;', '.;a', '..\\', '../bob', '..%'),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '%',
      '%zz',
      '%2',
      '%ff',
      '%E9',
      '%ED%A0%80',
      '%u002e',
      '%00',
      '\x7f',
    ),
  },
)

const SLASH = fc.oneof(
  { weight: 40, arbitrary: fc.constant('/') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '//',
      '///',
      '/./',
      '%2F',
      '%2f',
      '%252F',
      '%5C',
      '\\',
      '/;/',
      '%C0%AF',
    ),
  },
)

const ROOT = fc.oneof(
  { weight: 40, arbitrary: fc.constant('/user') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['//user', '/./user', '/x/../user', '/%75ser', '/User', '/user;', '/users', '/hub/user'],
      ...['/hub', '/hub/api', '/services', '/services/x/../../user', '', '/user/ada/../../user'],
    ),
  },
)

const QUERY = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('?', '?a=/../../bob/', '?x=%2e%2e%2f&y', '??', '?/user/bob/'),
  },
)

const TARGET = fc
  .record({
    root: ROOT,
    name: NAME,
    server: fc.option(SERVER),
    segments: fc.array(fc.tuple(SLASH, SEGMENT), { maxLength: 6, size: 'max' }),
    end: fc.constantFrom('', '', '/'),
    query: QUERY,
  })
  .map(({ root, name, server, segments, end, query }) => {
    const rest = segments.map(([slash, segment]) => slash + segment).join('')
    // A space would end the target.
    const path = `${root}/${name}${server === null ? '' : `/${server}`}${rest}${end}`
    return path.replaceAll(' ', '%20') + query
  })

/** So many different request targets, the same at each call. */
export function generatedTargets(count: number, seed: number): string[] {
  return [...new Set(fc.sample(TARGET, { numRuns: 2 * count, seed }))].slice(0, count)
}
