import { describe, expect, it } from 'vitest'
import { requestHeaders } from '../../src/proxy/request-headers.ts'
import { responseHeaders } from '../../src/proxy/response-headers.ts'

const FACTS = {
  authorization: 'token srv',
  clientCookies: null,
  clientAddress: '192.0.2.7',
  proto: 'https',
  baseUrl: '/',
} as const
const OURS = [
  ['Authorization', 'token srv'],
  ['X-Forwarded-For', '192.0.2.7'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'hub.example:8000'],
]

const pairs = (flat: readonly string[]): string[][] =>
  Array.from({ length: flat.length / 2 }, (_, i) => flat.slice(2 * i, 2 * i + 2))

/** What passes of these headers, beside Host and what the gateway says itself. */
function passed(...headers: [string, string][]): string[][] {
  const all = pairs(requestHeaders(['Host', 'hub.example:8000', ...headers.flat()], FACTS))
  expect(all[0]).toEqual(['Host', 'hub.example:8000'])
  expect(all.slice(-OURS.length)).toEqual(OURS)
  return all.slice(1, -OURS.length)
}

describe('request headers', () => {
  it('keeps order, spelling, repetition and bytes of what passes', () => {
    const headers: [string, string][] = [
      ['accept', 'a'],
      ['Origin', 'https://hub.example:8000'],
      ['ACCEPT', 'b'],
      ['X-XSRFToken', '2|x'],
      ['If-None-Match', '"\xe9"'],
      ['Sec-WebSocket-Protocol', 'v1.kernel.websocket.jupyter.org'],
    ]
    expect(passed(...headers)).toEqual(headers)
  })

  it.each([
    ...['Authorization', 'authorization', 'Proxy-Authorization', 'Connection', 'Keep-Alive', 'TE'],
    ...['Trailer', 'Transfer-Encoding', 'Upgrade', 'HTTP2-Settings', 'Proxy-Connection', 'Expect'],
    ...[
      'Content-Length',
      'Forwarded',
      'X-Real-IP',
      'X-Scheme',
      'X-Forwarded-For',
      'x-forwarded-host',
    ],
    ...['X-Forwarded-Proto', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-User'],
    ...['X_Forwarded_For', 'X-Forwarded.For', 'x.real_ip', 'AUTHORIZATION', 'X-Original-URL'],
    ...['X-Rewrite-URL', 'X-HTTP-Method-Override', 'X-Method-Override', 'Remote-User', 'Proxy'],
    ...['X-Remote-User', 'X-Accel-Internal', 'X-Hubgate-User', 'Content_Length', 'Client-IP'],
    'X-Hubgate-XSRF',
  ])('never lets a client say %s', (name) => {
    expect(passed([name, 'canary'])).toEqual([])
  })

  it('removes what Connection lists, but nothing that the gateway sets', () => {
    const listed = 'close, X-Hop, Host , authorization,X-Forwarded-For, x_other'
    expect(
      passed(
        ['Connection', listed],
        ['X-Hop', '1'],
        ['x-hop', '2'],
        ['X-Other', '3'],
        ['X-End', '4'],
      ),
    ).toEqual([['X-End', '4']])
  })

  it.each([
    ['a=1; b=2', 'a=1; b=2'],
    ['hubgate-login=x', null],
    ['a=1; hubgate-login=x; b=2', 'a=1; b=2'],
    ['hubgate-login=x;  a=1', 'a=1'],
    ['a=1;hubgate-server-0123=x;b="q ; r"', 'a=1;b="q ; r"'],
    ['a="x; hubgate-login=y"', 'a="x'],
    ['jupyterhub-session-id=x; jupyterhub-user-ada=y; _xsrf=z', '_xsrf=z'],
    ['HubGate-Login=x; a=1', 'a=1'],
    ['__Host-hubgate-login=x; a=1', 'a=1'],
    ['\thubgate-login\t=x; a=1', 'a=1'],
    ['hubgate-login; a=1', 'a=1'],
    ['a=hubgate-login; b=jupyterhub-x', 'a=hubgate-login; b=jupyterhub-x'],
    ['xhubgate-login=1', 'xhubgate-login=1'],
  ])('of the cookies %s passes %s', (cookie, kept) => {
    expect(passed(['Cookie', cookie])).toEqual(kept === null ? [] : [['Cookie', kept]])
  })

  it.each([
    ['https://hub.example/user/ada/lab?reset', 'https://hub.example/user/ada/lab?reset'],
    ['https://hub.example/user/ada/lab?token=x&a=1', 'https://hub.example/user/ada/lab?a=1'],
    ['https://hub.example/user/ada/lab?%74oken=x', 'https://hub.example/user/ada/lab'],
    ['https://hub.example/user/ada/lab#token=x', 'https://hub.example/user/ada/lab'],
    ['https://hub.example/hub/login?next=x', null],
    ['https://hub.example/hub', null],
    ['/hub/token', null],
    ['https://hub.example/hubble', 'https://hub.example/hubble'],
    ['https://other.example/', 'https://other.example/'],
  ])('of the referer %s passes %s', (referer, kept) => {
    expect(passed(['Referer', referer])).toEqual(kept === null ? [] : [['Referer', kept]])
  })
})

describe('request headers for a server that is an OAuth client of the hub', () => {
  const CLIENT = { clientId: 'jupyterhub-user-ada', accepted: 'good' }
  const handed = (cookie: string, client = CLIENT, authorization: string | null = null) => {
    const headers = ['Host', 'h', 'Cookie', cookie, 'Authorization', 'token canary']
    const facts = { ...FACTS, authorization, clientCookies: client }
    return pairs(requestHeaders(headers, facts)).filter(([name]) => !name?.startsWith('X-'))
  }

  it('have the credential that was checked, or none', () => {
    expect(handed('a=1')).toEqual([
      ['Host', 'h'],
      ['Cookie', 'a=1'],
    ])
    expect(handed('a=1', CLIENT, 'Bearer hgn_x').at(-1)).toEqual(['Authorization', 'Bearer hgn_x'])
  })

  it.each([
    ['jupyterhub-user-ada=good', 'jupyterhub-user-ada=good'],
    ['jupyterhub-user-ada=old; jupyterhub-user-ada=good', 'jupyterhub-user-ada=good'],
    ['jupyterhub-user-ada=old', null],
    ['Jupyterhub-User-Ada=good', null],
    ['jupyterhub-user-ada', null],
    ['\xa0jupyterhub-user-ada=old; a=1', 'a=1'],
    ['jupyterhub-user-ada\x85=old; a=1', 'a=1'],
    ['jupyterhub-user-ada-oauth-state=s', 'jupyterhub-user-ada-oauth-state=s'],
    ['jupyterhub-user-ada-oauth-state-AbCd0123=s', 'jupyterhub-user-ada-oauth-state-AbCd0123=s'],
    ['jupyterhub-user-ada-oauth-statement=s', null],
    ['jupyterhub-user-ada-gpu=good', null],
    ['jupyterhub-session-id=sid; _xsrf=x', 'jupyterhub-session-id=sid; _xsrf=x'],
    ['hubgate-login=x; hubgate-server-0123=y; a=1', 'a=1'],
    ['jupyterhub-hub-login=x', null],
    ['__Host-jupyterhub-user-ada=good', null],
  ])('of the cookies %s have %s', (cookie, kept) => {
    const found = handed(cookie).find(([name]) => name === 'Cookie')?.[1]
    expect(found ?? null).toBe(kept)
  })

  it('have no cookie of the client’s when none was found good', () => {
    const none = { ...CLIENT, accepted: null as unknown as string }
    expect(handed('jupyterhub-user-ada=null; a=1', none)[1]).toEqual(['Cookie', 'a=1'])
  })
})

const SCOPE = { prefix: '/user/j%C3%B6rg/', clientId: null }

describe('response headers', () => {
  const answer = (...headers: [string, string][]): string[][] =>
    pairs(responseHeaders(headers.flat(), SCOPE))

  it('keeps what passes as it is', () => {
    const headers: [string, string][] = [
      ['Content-Type', 'text/html'],
      ['content-length', '3'],
      ['Content-Encoding', 'gzip'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-Name', '\xe9'],
      ['Location', '/user/j%C3%B6rg/lab'],
    ]
    expect(answer(...headers)).toEqual(headers)
  })

  it('end with the id of the request, and no other', () => {
    const headers = [
      'Connection',
      'X-Request-Id',
      'x-request-id',
      'canary',
      'X_Request_Id',
      'canary',
    ]
    expect(responseHeaders(headers, { ...SCOPE, requestId: 'ours' })).toEqual([
      'X-Request-Id',
      'ours',
    ])
    expect(responseHeaders(headers, SCOPE)).toEqual([])
  })

  it.each([
    ...[
      'Connection',
      'Keep-Alive',
      'Transfer-Encoding',
      'Trailer',
      'Upgrade',
      'Proxy-Authenticate',
    ],
    ...['Service-Worker-Allowed', 'Clear-Site-Data', 'Alt-Svc', 'Strict-Transport-Security'],
    ...['X-Accel-Redirect', 'x-accel-buffering', 'X-Hubgate-User', 'X_Accel_Redirect'],
    ...['NEL', 'Report-To', 'Expect-CT', 'Set-Login', 'Use-As-Dictionary'],
    ...['Sec-Session-Registration', 'Secure-Session-Registration'],
    ...['Public-Key-Pins', 'Public-Key-Pins-Report-Only'],
  ])('drops %s', (name) => {
    expect(answer([name, 'x'])).toEqual([])
  })

  it('drops what Connection lists', () => {
    expect(answer(['Connection', 'X-Hop'], ['X-Hop', '1'], ['X-End', '2'])).toEqual([
      ['X-End', '2'],
    ])
  })

  const OPENER = 'Cross-Origin-Opener-Policy'
  const EMBEDDER = 'Cross-Origin-Embedder-Policy'

  it.each<[string[], boolean]>([
    [['same-origin'], false],
    [['same-origin; report-to="x"'], false],
    [[' Same-Origin'], false],
    [['noopener-allow-popups'], false],
    [['unsafe-none', 'same-origin'], false],
    [['unsafe-none'], true],
    [['same-origin-allow-popups'], true],
  ])('passes the opener policies %j: %s', (values, passes) => {
    const headers = values.map((value): [string, string] => [OPENER, value])
    expect(answer(...headers)).toEqual(passes ? headers : [])
  })

  it.each<[string[], boolean]>([
    [['require-corp'], true],
    [['require-corp', 'unsafe-none'], false],
    [['require-corp, unsafe-none'], false],
    [['credentialless'], false],
    [['unsafe-none'], false],
  ])('lets a page be isolated with the embedder policies %j: %s', (values, passes) => {
    const headers = values.map((value): [string, string] => [EMBEDDER, value])
    const kept = answer([OPENER, 'same-origin'], ...headers)
    expect(kept.some(([name]) => name === OPENER)).toBe(passes)
  })

  it.each<[string, [string, string][]]>([
    [
      'that ends here',
      [
        ['Connection', EMBEDDER],
        [EMBEDDER, 'require-corp'],
      ],
    ],
    ['that no browser knows', [['Cross_Origin.Embedder-Policy', 'require-corp']]],
  ])('does not let a page be isolated with an embedder policy %s', (_, headers) => {
    const kept = answer([OPENER, 'same-origin'], ...headers)
    expect(kept.some(([name]) => name === OPENER)).toBe(false)
  })

  it.each([
    '0; url=/hub/logout',
    '0;url=/HUB/logout',
    '0; url="\\hub\\logout"',
    '0; url=/h\tub/logout',
    '0; url=http://hub.example/hub/',
    '0; url=../../hub/home',
    '0,/hub/home',
    '0; url=/hub',
    '0; url=/hub?x',
    '0; url=/hub;x',
  ])('drops the Refresh %j', (value) => {
    expect(answer(['Refresh', value])).toEqual([])
  })

  it.each(['5', '5; url=/user/j%C3%B6rg/hubble', '5; url=lab/tree'])(
    'passes the Refresh %j',
    (value) => {
      expect(answer(['Refresh', value])).toEqual([['Refresh', value]])
    },
  )

  it.each([
    'a=1',
    'a=1; Path=/user/j%C3%B6rg/',
    'a=1; Path=/user/j%C3%B6rg',
    'a=1; path=/user/j%C3%B6rg/lab; HttpOnly; SameSite=Lax',
    'a=1; Path=',
    '_xsrf=2|x; Path=/user/j%C3%B6rg/; Secure; expires=Thu, 01 Jan 1970 00:00:00 GMT',
  ])('lets a server set %s', (cookie) => {
    expect(answer(['Set-Cookie', cookie])).toEqual([['Set-Cookie', cookie]])
  })

  it.each([
    'hubgate-login=x',
    ' HUBGATE-login =x; Path=/user/j%C3%B6rg/',
    'jupyterhub-session-id=x',
    '__Host-a=1; Path=/',
    '__secure-a=1',
    '__Host-hubgate-login=1',
    'a=1; Domain=hub.example',
    'a=1; Path=/user/j%C3%B6rg/; domain=',
    'a=1; Path=/',
    'a=1; Path=/user/',
    'a=1; Path=/hub/',
    'a=1; Path=/user/j%C3%B6rgx/',
    'a=1; Path=/user/j%C3%B6rg/; Path=/',
    'a=1; Path=/user/j%C3%B6rg/../ada/',
    'a=1; Path=/user/j%C3%B6rg/%2e%2e/ada/',
    'a=1; Path=user/j%C3%B6rg/',
    'a=1; Path=/user/j%C3%B6rg/%zz',
    '=hubgate-login=x',
    'hubgate-login',
    '',
  ])('never lets a server set %s', (cookie) => {
    expect(answer(['Set-Cookie', cookie])).toEqual([])
  })

  it.each([
    ['jupyterhub-user-j=1; Path=/user/j%C3%B6rg/; HttpOnly', true],
    ['jupyterhub-user-j-oauth-state=1; Path=/user/j%C3%B6rg/', true],
    ['jupyterhub-user-j-oauth-state-0123abcd=1; Path=/user/j%C3%B6rg/', true],
    ['jupyterhub-user-j=1; Path=/', false],
    ['jupyterhub-user-j=1; Domain=hub.example', false],
    ['jupyterhub-user-k=1; Path=/user/j%C3%B6rg/', false],
    ['jupyterhub-session-id=1; Path=/user/j%C3%B6rg/', false],
    ['hubgate-login=1; Path=/user/j%C3%B6rg/', false],
    ['__Host-jupyterhub-user-j=1; Path=/', false],
  ])('of an OAuth client of the hub passes %s: %s', (cookie, passes) => {
    const scope = { ...SCOPE, clientId: 'jupyterhub-user-j' }
    expect(responseHeaders(['Set-Cookie', cookie], scope).length > 0).toBe(passes)
  })
})
