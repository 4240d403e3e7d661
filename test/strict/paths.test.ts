// P1: what the router reads, what is authorized and what the server is sent is one and the same path.
import { describe, expect, it } from 'vitest'
import type { ServerName } from './support/gate.ts'
import { expectPassed, expectRefused } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/', 'ada/gpu', 'bob/'])

/** With ada's token: what is refused for want of a permission is 403, and for its path 400. */
const request = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: hub.example\r\nAuthorization: token {token}\r\n`
const nobody = (): void => {
  expect(gate.at('bob/').requests).toEqual([])
  expect(gate.at('ada/gpu').requests).toEqual([])
}

describe('a path that two readers could understand differently is refused', () => {
  it.each([
    // dots that leave the prefix, in every spelling
    '/user/ada/../bob/x',
    '/user/ada/..',
    '/user/ada/./../bob/x',
    '/user/ada/%2e%2e/bob/x',
    '/user/ada/%2E./bob/x',
    '/user/ada/.%2e/bob/x',
    '/user/ada/%252e%252e/bob/x',
    '/user/ada/%25252e%25252e/bob/x',
    '/user/ada/x/../../bob/x',
    '/user/ada//../../bob/x',
    '/user/ada/%2e%2e%2fbob/x',
    '/user/ada/..%2fbob/x',
    '/user/ada/..%5cbob/x',
    '/user/ada/..%255cbob/x',
    '/user/ada/..\\bob\\x',
    '/user/ada\\..\\bob/x',
    '/user/ada/..;/bob/x',
    '/user/ada/..;a=b/bob/x',
    '/user/ada/..%3ba/bob/x',
    '/user/ada/%2e%2e%3b/bob/x',
    '/user/ada/a%2f..%2f..%2fbob/x',
    '/user/ada/%2e%2e/%2e%2e/hub/api/users',
    '/user/ada/%2e%2e/bob/100%',
    // parameters dropped before the rest is decoded
    '/user/ada/;%2fbob/%2e%2e',
    '/user/ada/%3b%5cbob/..',
    // more readings than anybody tries
    '/user/ada/%2f%25253b%5c/.;a/',
    // overlong and broken UTF-8
    '/user/ada/%c0%ae%c0%ae/bob/x',
    '/user/ada/%c0%ae%c0%ae%c0%afbob/x',
    '/user/ada/%e0%80%ae%e0%80%ae/bob/x',
    '/user/ada/%f0%80%80%ae%f0%80%80%ae/bob/x',
    '/user/%c1%a1da/x',
    '/user/%ff/x',
    '/user/%ed%a0%80/x',
    // names
    '/user/ada;/x',
    '/user/ada;v=1/x',
    '/user/ada%3b/x',
    '/user/ada%2fx/y',
    '/user/ada%2F..%2Fbob/x',
    '/user/ada%5cx/y',
    '/user/ada%00/x',
    '/user/ada%0d%0a/x',
    '/user/%2e/x',
    '/user/%2e%2e/x',
    '/user//x',
    '/user//ada/x',
    '/user/./ada/x',
    '/user/x/../ada/x',
    '/user/%2561da/x',
    '/user/a%64%/x',
    '/user/%zz/x',
    // roots in disguise
    '//user/ada/x',
    '///user/ada/x',
    '//hub.example/user/ada/x',
    '/./user/ada/x',
    '/x/../user/ada/x',
    '/x/%2e%2e/user/ada/x',
    '/%75ser/ada/x',
    '/%2575ser/ada/x',
    '/user%2fada/x',
    '/%2fuser/ada/x',
    '/user;/ada/x',
    '/\\user/ada/x',
    '\\user\\ada\\x',
    // raw characters
    '/user/ada/x#y',
    '/user/ada/#/../../bob/x',
    '/user/ada/x?y#z',
    '/user/ada/a\\b',
    '/user/ada/a\tb',
    '/user/ada/a\0b',
    '/user/ada/a\x01b',
    '/user/ada/a\x7fb',
    '/user/ada/\xc3\xbc',
    '/user/ada/x?\xff',
    // other forms
    'http://hub.example/user/ada/x',
    'HTTP://hub.example/user/ada/x',
    'http://bob@hub.example/user/ada/x',
    'https://hub.example:443/user/ada/x',
    'hub.example:80',
    'user/ada/x',
    '*',
    '?x',
    'javascript:/user/ada/x',
    '@bob/user/ada/x',
  ])('%j', async (target) => {
    await expectRefused(gate, `${request(target)}\r\n`, 400)
    nobody()
  })
})

describe('a path of the hub that two readers could understand differently is refused', () => {
  it.each([
    '/hub//home',
    '/hub/./home',
    '/hub/x/../home',
    '/hub//api/users',
    '/hub/./api/users',
    '/hub/x/../api/users',
    '/hub/../user/ada/x',
    '/hub/%2e%2e/user/ada/x',
    '/hub/%252e%252e/user/ada/x',
    '/hub/..;/user/ada/x',
    '/hub/%61pi/users',
    '/hub/api%2fusers',
    '/hub/api;v/users',
    '/hub/%5c..%5cuser/ada/x',
    '/hub/%c0%ae%c0%ae/user/ada/x',
    '/hub/%00',
    '/hub\\api/users',
  ])('%j', async (target) => {
    await expectRefused(gate, `${request(target)}\r\n`, 400)
    nobody()
  })
})

describe('a path that some would take for another server of the same user is refused', () => {
  it.each([
    '/user/ada/gpu;v/y',
    '/user/ada/gpu%2Fy',
    '/user/ada//gpu/y',
    '/user/ada/x/../gpu/y',
    '/user/ada/gpu/../x',
    '/user/ada/%67%2570u/y',
  ])('%j', async (target) => {
    const [answer] = await gate.answersTo(gate.plain(target))
    expect(answer?.start).toBe('HTTP/1.1 400 Bad Request')
    await gate.settle()
    expect(gate.at('ada/').requests.map(({ target: seen }) => seen)).toEqual(['/user/ada/settled'])
    nobody()
  })
})

it('makes no WebSocket of it either', async () => {
  const lines = [
    'GET /user/ada/gpu%2Fws HTTP/1.1',
    'Host: h',
    gate.authorization,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  const [answer] = await gate.answersTo(`${lines.join('\r\n')}\r\n\r\n`)
  expect(answer?.start).toBe('HTTP/1.1 400 Bad Request')
  expect(gate.at('ada/').requests).toEqual([])
  nobody()
})

it('does not tell a stranger that a path could be for a server there is', async () => {
  const statuses = await Promise.all(
    ['/user/ada/gpu%2Fy', '/user/ada/cpu%2Fy'].map(async (target) => {
      const line = `Authorization: token ${gate.tokenOf('bob/')}\r\nConnection: close`
      const [answer] = await gate.answersTo(`GET ${target} HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`)
      return answer?.start
    }),
  )
  expect(statuses[0]).toMatch(/ 40[34] /)
  expect(statuses[1]).toBe(statuses[0])
  nobody()
})

describe('a path that only looks like a server’s goes to none', () => {
  it.each([
    '/users/ada/x',
    '/User/ada/x',
    '/USER/ada/x',
    '/user.ada/x',
    '/user-ada/x',
    '/user_/ada/x',
    '/user/adaa/x',
    '/user/ad/x',
    '/user/ADA/x',
    '/user/bob/x',
    '/user/%62ob/x',
    '/user/ada%20/x',
    '/user/%20ada/x',
    '/user/ada./x',
    '/user/a%CC%81da/x',
    '/hub/user/ada/x',
    '/hub/api/user/ada/x',
    '/services/ada/x',
    '/api/user/ada/x',
    '/user',
    '/user/',
  ])('%j', async (target) => {
    const [answer] = await gate.answersTo(
      `${request(target).replace('{token}', gate.tokenOf('ada/'))}Connection: close\r\n\r\n`,
    )
    expect(answer?.start).toMatch(/^HTTP\/1\.1 [34]\d\d /)
    await gate.settle()
    expect(gate.at('ada/').requests.map(({ target: seen }) => seen)).toEqual(['/user/ada/settled'])
    nobody()
  })
})

describe('a path that all readers agree on arrives byte for byte', () => {
  const ada: ServerName = 'ada/'
  it.each<[string, ServerName]>([
    ['/user/ada/', ada],
    ['/user/%61da/x', ada],
    ['/user/ada/files/a%2Fb.ipynb', ada],
    ['/user/ada/files/a%2fb%2Fc.ipynb', ada],
    ['/user/ada/files/a%252Fb.ipynb', ada],
    ['/user/ada/files/a%5Cb.txt', ada],
    ['/user/ada/files/100%25.ipynb', ada],
    ['/user/ada/files/100%.ipynb', ada],
    ['/user/ada/files/50%25%20off.txt', ada],
    ['/user/ada/files/my%20notes.txt', ada],
    ['/user/ada/files/a+b.txt', ada],
    ['/user/ada/files/%E4%BD%A0%E5%A5%BD.ipynb', ada],
    ['/user/ada/files/%F0%9F%98%80', ada],
    ['/user/ada/files/%E9.txt', ada],
    ['/user/ada/files/caf%C3%A9/', ada],
    ['/user/ada/files/a;b=c.txt', ada],
    ['/user/ada/files/a/../b', ada],
    ['/user/ada/files/./b', ada],
    ['/user/ada/files/..a/b..', ada],
    ['/user/ada/files/...', ada],
    ['/user/ada/files/.hidden', ada],
    ['/user/ada//lab', ada],
    ['/user/ada/files//b', ada],
    ['/user/ada/files/b//', ada],
    ['/user/ada/api/contents/dir/', ada],
    ['/user/ada/~!$&\'()*,=:@-._"<>^`{|}', ada],
    ['/user/ada/proxy/8888/', ada],
    ['/user/ada/proxy/8888/static/js/app.js?v=1.2', ada],
    ['/user/ada/proxy/absolute/8888/user/ada/proxy/absolute/8888/x', ada],
    ['/user/ada/proxy/example.org:8888/x', ada],
    ['/user/ada/proxy/http%3A%2F%2Flocalhost%3A8888/', ada],
    ['/user/ada/rstudio/', ada],
    ['/user/ada/user/bob/x', ada],
    ['/user/ada/hub/api/users', ada],
    ['/user/ada/x?', ada],
    ['/user/ada/x??a', ada],
    ['/user/ada/x?a=/../../bob/&b=%2e%2e%2f', ada],
    ['/user/ada/x?a=\\&b=a+b&b=&&=;c', ada],
    ['/user/ada/x?next=http://evil.example/%0d%0a', ada],
    [`/user/ada/${'long/'.repeat(1_600)}`, ada],
    ['/user/ada/gpux/y', ada],
    ['/user/ada/GPU/y', ada],
    ['/user/ada/lab;v/y', ada],
    ['/user/ada/lab%2Fgpu', ada],
    ['/user/ada/files//gpu/y', ada],
    ['/user/ada/x/../lab/y', ada],
  ])('%j at %s', async (target, name) => {
    const seen = await expectPassed(gate, `${request(target)}Connection: close\r\n\r\n`, name)
    expect(seen.start).toBe(`GET ${target} HTTP/1.1`)
    nobody()
  })

  it.each(['/user/ada/gpu/', '/user/ada/gpu/x%2Fy', '/user/ada/g%70u/x', '/user/%61da/gpu/a/../b'])(
    '%j at a named server',
    async (target) => {
      const line = `Authorization: token ${gate.tokenOf('ada/gpu')}\r\nConnection: close`
      const bytes = `GET ${target} HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`
      const seen = await expectPassed(gate, bytes, 'ada/gpu')
      expect(seen.start).toBe(`GET ${target} HTTP/1.1`)
      expect(gate.at('ada/').requests).toEqual([])
    },
  )
})
