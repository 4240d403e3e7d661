import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify } from '../../src/edge/classify.ts'

const kindOf = (target: string, base = '/'): string => classify(target, base).kind

describe('where a plain path goes', () => {
  it.each([
    ['/', 'root'],
    ['/?x=1', 'root'],
    ['/hub/', 'hub-page'],
    ['/hub/home', 'hub-page'],
    ['/hub/login?next=%2Fuser%2Fada%2F', 'hub-page'],
    ['/hub/apiary', 'hub-page'],
    ['/hub/api', 'hub-api'],
    ['/hub/api/', 'hub-api'],
    ['/hub/api/users', 'hub-api'],
    ['/hub/api/users?limit=1', 'hub-api'],
    ['/hub', 'add-slash'],
    ['/user/ada', 'add-slash'],
    ['/services/announce', 'add-slash'],
    ['/user/ada/', 'user'],
    ['/user/ada/lab/tree/a.ipynb', 'user'],
    ['/services/announce/', 'service'],
    ['/services/announce/x/y', 'service'],
    ['/user', 'elsewhere'],
    ['/user/', 'elsewhere'],
    ['/services/', 'elsewhere'],
    ['/users/ada/', 'elsewhere'],
    ['/hubble', 'elsewhere'],
    ['/USER/ada/', 'elsewhere'],
    ['/favicon.ico', 'elsewhere'],
    ['/constructor', 'elsewhere'],
    ['/__proto__/x', 'elsewhere'],
  ])('%s → %s', (target, kind) => {
    expect(kindOf(target)).toBe(kind)
  })

  it.each([
    ['/jh/', 'root'],
    ['/jh', 'add-slash'],
    ['/jh/hub/api', 'hub-api'],
    ['/jh/user/ada/', 'user'],
    ['/', 'outside'],
    ['/hub/api', 'outside'],
    ['/jhx/hub/api', 'outside'],
    ['/user/ada/', 'outside'],
    ['/%6Ah/user/ada/', 'outside'],
  ])('below /jh/: %s → %s', (target, kind) => {
    expect(kindOf(target, '/jh/')).toBe(kind)
  })
})

describe('what is told of a server', () => {
  it('gives the decoded names, and the path and query as received', () => {
    expect(classify('/user/j%C3%B6rg/gpu/api?token=x&a=%2F', '/')).toEqual({
      kind: 'user',
      user: 'jörg',
      second: 'gpu',
      others: [],
      secondEnds: false,
      path: '/user/j%C3%B6rg/gpu/api',
      query: '?token=x&a=%2F',
      prefix: '/user/j%C3%B6rg/',
    })
  })

  it('adds the slash in front of the query', () => {
    expect(classify('/user/ada?x=/../', '/')).toEqual({
      kind: 'add-slash',
      location: '/user/ada/?x=/../',
    })
    expect(classify('/hub?x', '/')).toEqual({ kind: 'add-slash', location: '/hub/?x' })
    expect(classify('/jh?x', '/jh/')).toEqual({ kind: 'add-slash', location: '/jh/?x' })
  })

  it.each([
    ['/user/ada/', null, false],
    ['/user/ada/gpu', 'gpu', true],
    ['/user/ada/gpu/', 'gpu', false],
    ['/user/ada/g%70u/', 'gpu', false],
    ['/user/ada//gpu/x', null, false],
    ['/user/ada/gpu%2Fx', null, false],
    ['/user/ada/gpu/../x', null, false],
    ['/user/ada/gpu;v=1/x', null, false],
    ['/user/ada/x/../gpu/y', null, false],
    ['/user/ada/100%.ipynb', null, false],
    ['/user/ada/%67%2570u/', null, false],
    ['/user/ada/gpu/a/../b', 'gpu', false],
    ['/user/ada/gpu/100%.ipynb', 'gpu', false],
  ])('%s: the second segment is %s', (target, second, secondEnds) => {
    expect(classify(target, '/')).toMatchObject({ kind: 'user', user: 'ada', second, secondEnds })
  })
})

describe('when readers do not agree on the second segment', () => {
  it.each([
    ['/user/ada//gpu/x', ['gpu']],
    ['/user/ada/gpu%2Fx', ['gpu', 'gpu%2Fx']],
    ['/user/ada/gpu/../x', ['gpu', 'x']],
    ['/user/ada/gpu;v=1/x', ['gpu', 'gpu;v=1']],
    ['/user/ada/x%5Cy', ['x', 'x%5Cy', 'x\\y']],
    ['/user/ada/j%25C3%25B6rg', ['j%25C3%25B6rg', 'j%C3%B6rg', 'jörg']],
  ])('%s could be %j', (target, others) => {
    const place = classify(target, '/')
    expect(place.kind === 'user' && [...place.others].sort()).toEqual([...others].sort())
  })

  it('does not try more readings than any honest path has', () => {
    expect(kindOf(`/user/ada/%${'25'.repeat(100)}2e%2F..`)).toBe('invalid')
    expect(kindOf(`/user/ada/${'x;a/'.repeat(3_900)}%2525252525252f`)).toBe('invalid')
  })

  it('tries all of a path that is as long as a file system takes', () => {
    const folders = `${'%E6%97%A5'.repeat(80)}/`.repeat(16)
    expect(kindOf(`/user/ada//${folders}a;b/../c%25.ipynb`)).toBe('user')
  })
})

describe('paths that stay below their prefix pass byte for byte', () => {
  it.each([
    '/user/ada/100%.ipynb',
    '/user/ada/files/100%25.ipynb',
    '/user/ada/files/a%20b%2Fc.txt',
    '/user/ada/files/a/../b',
    '/user/ada/files/./b//c',
    '/user/ada/files/a;b=c.txt',
    '/user/ada/files/...',
    '/user/ada/files/..a/b..',
    '/user/ada/files/%E9.txt',
    '/user/ada/files/"<>^`{|}',
    '/user/ada/api/contents?q=\\d&r=/../../',
    '/user/ada/%F0%9F%98%80',
    '/user/%61da/x',
    '/user/a@b.c/x',
    '/user/a%20b/x',
  ])('%s', (target) => {
    const place = classify(target, '/')
    expect(place.kind === 'user' && place.path + place.query).toBe(target)
  })
})

describe('hostile targets', () => {
  it.each([
    // not origin-form
    '',
    '*',
    'hub/api',
    'http://127.0.0.1/hub/api',
    'HTTP://127.0.0.1/user/ada/',
    '//evil.example/hub/api',
    '//user/ada/',
    '///',
    // raw characters
    '/user/ada/#/hub/api',
    '/hub/api#x',
    '/user/ada/?x#y',
    '/user\\ada\\x',
    '/user/ada/\\..\\bob',
    '/\\evil.example/',
    '/hub/a b',
    '/hub/a\tb',
    '/hub/a\u0000b',
    '/hub/a\u007fb',
    '/hub/ä',
    '/user/ada/?ü',
    // names
    '/user//x',
    '/user/./x',
    '/user/../x',
    '/user/..',
    '/user/%2e/x',
    '/user/%2E%2e/x',
    '/user/a%2Fb/x',
    '/user/a%2fb',
    '/user/a%5Cb/x',
    '/user/a%00b/x',
    '/user/a%0Ab/x',
    '/user/a%7Fb/x',
    '/user/a%C2%85b/x',
    '/user/a%/x',
    '/user/a%4/x',
    '/user/a%zz/x',
    '/user/%C0%AFada/x',
    '/user/%C0%AE%C0%AE/x',
    '/user/%E0%80%AFada/x',
    '/user/%ED%A0%80/x',
    '/user/%F8%88%80%80%80/x',
    '/user/%FF/x',
    '/user/%2561da/x',
    '/user/%252e%252e/x',
    '/user/ada;x/y',
    '/user/ada%3Bx/y',
    '/services/../user/ada/',
    '/services/%2e%2e/x',
    '/services/a%2Fb/',
    // roots in disguise
    '/%75ser/ada/',
    '/use%72/ada/',
    '/%68ub/api/users',
    '/%2575ser/ada/',
    '/hub;x/api',
    '/user;x/ada/',
    '/%2Fhub/api',
    '/./hub/api',
    '/x/../hub/api',
    '/x/%2e%2e/hub/api',
    // leaving the prefix
    '/user/ada/../bob/x',
    '/user/ada/..',
    '/user/ada/../',
    '/user/ada/../../hub/api',
    '/user/ada/%2e%2e/bob/x',
    '/user/ada/%2e./bob/x',
    '/user/ada/.%2E/bob/x',
    '/user/ada/x/../../bob/x',
    '/user/ada//../../bob',
    '/user/ada/%2e%2e%2fbob',
    '/user/ada/..%2fbob',
    '/user/ada/..%5cbob',
    '/user/ada/%2e%2e%5cbob',
    '/user/ada/..;/bob',
    '/user/ada/..;a=b/bob',
    '/user/ada/..%3B/bob',
    '/user/ada/%252e%252e/bob',
    '/user/ada/%252e%252e%252fbob',
    '/user/ada/%25252e%25252e/bob',
    '/user/ada/%2e%2e/bob/%zz',
    '/user/ada/../ada/x',
    '/user/ada/x%2F..%2F..%2F..%2Fbob',
    '/user/ada/%c0%ae%c0%ae/bob',
    '/user/ada/%e0%80%ae%e0%80%ae/bob',
    '/user/ada/%25c0%25ae%25c0%25ae/bob',
    // readers that decode, drop parameters and resolve in another order
    '/user/ada/%3b%5c%00/..',
    '/user/ada/x;%5Cy/../..',
    '/user/ada/x;%2Fb/%2E%2E/%2E%2E',
    '/user/ada/a%2Fb/../%2E%2E',
    '/services/announce/../x',
    '/services/announce/%2e%2e/%2e%2e/hub/api',
    // the hub's own paths
    '/hub//api/users',
    '/hub/api//users',
    '/hub/./api',
    '/hub/api/../home',
    '/hub/api/..',
    '/hub/api/%2e%2e/home',
    '/hub/home/%2e%2e/api/users',
    '/hub/api/users/x%2F..%2Fy',
    '/hub/api/%252e%252e/home',
    '/hub/%61pi/users',
    '/hub/ap%69',
    '/hub/%2561pi/users',
    '/hub/%2Fapi/users',
    '/hub/api;x/users',
    '/hub/api%3Bx/users',
    '/hub/api%2Fusers',
    '/hub/api/users/%00',
    '/hub/api/users/a%5Cb',
    '/hub/api/users/%zz',
    '/hub/api/users/%C0%AF',
    '/hub/api/users/%FF',
  ])('%j is refused', (target) => {
    expect(kindOf(target)).toBe('invalid')
  })

  it('leaves escapes inside API segments to the API', () => {
    const target = '/hub/api/users/a%2Fb/tokens'
    expect(classify(target, '/')).toEqual({ kind: 'hub-api', path: target, query: '' })
    expect(kindOf('/hub/api/groups/100%25')).toBe('hub-api')
  })

  it('says nothing of the request in the reason', () => {
    const place = classify('/user/%zzcanary/', '/')
    expect(JSON.stringify(place)).not.toContain('canary')
  })
})

describe('for any path', () => {
  const piece = fc.constantFrom(
    ...['/', '/', '/', '.', '..', '...', '%2e', '%2E%2e', '%252e', '%2f', '%252F', '%5c', '%255c'],
    ...[
      ';',
      '%3b',
      ';x=y',
      'bob',
      'ada',
      'hub',
      'api',
      'gpu',
      'user',
      '%75ser',
      '%c0%ae',
      '%',
      '%zz',
    ],
    ...['%25', '%00', '?', 'a', 'b.c'],
  )
  const paths = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))

  const lenient = (text: string): string =>
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  /** Servers as they are: each resolves what it was sent in its own way. */
  const readers: Record<string, (path: string) => string> = {
    browser: (path) => new URL(path, 'http://x').pathname,
    decodeFirst: (path) => posix.normalize(lenient(path)),
    decodeTwice: (path) => posix.normalize(lenient(lenient(path))),
    backslash: (path) => posix.normalize(lenient(path).replaceAll('\\', '/')),
    params: (path) => posix.normalize(lenient(path).replace(/;[^/]*/g, '')),
    paramsThenDecode: (path) => posix.normalize(lenient(path.replace(/;[^/]*/g, ''))),
    resolveThenDecode: (path) => posix.normalize(lenient(posix.normalize(path))),
    plain: (path) => posix.normalize(path),
  }

  it('answers without throwing, and the same for the same', () => {
    fc.assert(
      fc.property(fc.string(), (target) => {
        expect(classify(target, '/')).toEqual(classify(target, '/'))
      }),
    )
  })

  it.each(Object.keys(readers))('%s sees the user that was authorized', (name) => {
    const read = readers[name]!
    fc.assert(
      fc.property(paths, (suffix) => {
        const target = `/user/ada/${suffix}`
        const place = classify(target, '/')
        if (place.kind === 'invalid') return
        expect(place).toMatchObject({ kind: 'user', user: 'ada' })
        if (place.kind !== 'user') return
        expect(place.path + place.query).toBe(target)
        expect(`${read(place.path)}/`.startsWith('/user/ada/')).toBe(true)
        if (place.second !== null && suffix.startsWith(`${place.second}/`)) {
          expect(`${read(place.path)}/`.startsWith(`/user/ada/${place.second}/`)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('tells the same of a plain path as of one that must be read with care', () => {
    const segment = fc.stringMatching(/^[a-z0-9@~$,_-]{1,6}$/)
    const plain = fc.array(segment, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(plain, fc.constantFrom('', '/'), (segments, end) => {
        const path = `/user/${segments.join('/')}${end}`
        const quick = classify(path, '/')
        // Its name is spelled with an escape, which changes nothing but how it is looked at.
        const escaped = `%${path.charCodeAt(6).toString(16)}${path.slice(7)}`
        const careful = classify(`/user/${escaped}`, '/')
        if (quick.kind !== 'user' || careful.kind !== 'user') {
          expect(careful.kind).toBe(quick.kind)
          return
        }
        const { user, second, secondEnds } = quick
        expect(careful).toMatchObject({ user, second, secondEnds })
        expect(quick).toMatchObject({ user: segments[0], path, prefix: `/user/${segments[0]}/` })
      }),
    )
  })

  it.each(Object.keys(readers))('%s never sees the API behind a page, or the reverse', (name) => {
    const read = readers[name]!
    const isApi = (path: string): boolean => /^\/hub\/api(?:\/|$)/.test(path)
    fc.assert(
      fc.property(paths, (suffix) => {
        const place = classify(`/hub/${suffix}`, '/')
        expect(['invalid', 'hub-api', 'hub-page']).toContain(place.kind)
        if (place.kind !== 'hub-api' && place.kind !== 'hub-page') return
        expect(isApi(read(place.path))).toBe(place.kind === 'hub-api')
      }),
      { numRuns: 2_000 },
    )
  })
})
