// P9: what a server says to a browser binds nobody but the server itself; everything else arrives.
import { describe, expect, it } from 'vitest'
import type { Message } from './support/messages.ts'
import { valuesOf } from './support/messages.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/'])

/** The gateway's answer when the server's has these header lines. */
async function answerWith(...lines: string[]): Promise<Message> {
  const head = ['HTTP/1.1 200 OK', ...lines, 'Content-Length: 2'].join('\r\n')
  gate.at('ada/').answers(`${head}\r\n\r\nok`)
  const [answer] = await gate.answersTo(gate.plain('/user/ada/x'))
  expect(answer?.body).toBe('ok')
  return answer!
}

describe('a cookie that a server may not set', () => {
  it.each([
    'hubgate-login=canary',
    'hubgate-login=canary; Path=/user/ada/',
    'HUBGATE-LOGIN=canary; Path=/user/ada/',
    ' \thubgate-login=canary; Path=/user/ada/',
    'hubgate-login =canary; Path=/user/ada/',
    'hubgate-presession=canary; Path=/user/ada/',
    'hubgate-anything=canary; Path=/user/ada/',
    'jupyterhub-session-id=canary; Path=/user/ada/',
    'jupyterhub-user-ada=canary; Path=/user/ada/',
    '__Host-a=canary; Path=/; Secure',
    '__Secure-a=canary; Path=/user/ada/; Secure',
    '__HOST-a=canary; Path=/; Secure',
    '__host-hubgate-login=canary; Path=/; Secure',
    'a=canary; Domain=hub.example',
    'a=canary; domain=.example; Path=/user/ada/',
    'a=canary; Domain',
    'a=canary;Domain=',
    'a=canary; Path=/',
    'a=canary; path=/hub/',
    'a=canary; Path=/user/',
    'a=canary; Path=/user/bob/',
    'a=canary; Path=/user/adam/',
    'a=canary; Path=/user/ada/../bob',
    'a=canary; Path=/user/ada/%2e%2e/bob',
    'a=canary; Path=/user/ada\\..\\bob',
    'a=canary; Path=/user/ada/; Path=/',
    'a=canary; Path=/; Path=/user/ada/',
    'a=canary; Path=user/ada/',
    '=canary; Path=/user/ada/',
    'canary',
    'hubgate-login; Path=/user/ada/; canary',
    '; canary',
  ])('%s', async (line) => {
    const answer = await answerWith(`Set-Cookie: ${line}`, 'Set-Cookie: good=1')
    expect(answer.head).not.toContain('canary')
    expect(valuesOf(answer, 'set-cookie')).toEqual(['good=1'])
  })
})

describe('a header that a server may not send', () => {
  it.each([
    'Service-Worker-Allowed: /',
    'SERVICE-WORKER-ALLOWED: /',
    'Clear-Site-Data: "*"',
    'Alt-Svc: h3=":443"',
    'Strict-Transport-Security: max-age=0',
    'X-Accel-Redirect: /hub/',
    'x-accel-buffering: no',
    'X-Accel-Expires: 0',
    'X-Hubgate-User: root',
    'Public-Key-Pins: pin-sha256="x"; max-age=5',
    'NEL: {"report_to": "x", "max_age": 1}',
    'Report-To: {"group": "x"}',
    'Refresh: 0; url=/hub/logout',
    'Refresh: 0; URL=http://hub.example/HUB/',
    'Refresh: 0; url=/h\tub/logout',
    'Refresh: 0; url=\\hub\\logout',
    'Public-Key-Pins-Report-Only: pin-sha256="x"; max-age=5',
    'Expect-CT: max-age=5, report-uri="http://evil.example/"',
    'Set-Login: logged-in',
    'Use-As-Dictionary: match="/hub/*"',
    'Sec-Session-Registration: (ES256); path="/hub"',
    'Secure-Session-Registration: (ES256); path="/hub"',
    'Cross-Origin-Opener-Policy: same-origin',
    'Cross-Origin-Opener-Policy: same-origin-allow-popups\r\nCross-Origin-Opener-Policy: unsafe-none',
    'Keep-Alive: timeout=5',
    'Proxy-Authenticate: Basic',
    'Proxy-Connection: close',
    'Trailer: X-T',
    'Upgrade: h2c',
    'TE: trailers',
    'Connection: X-Hop\r\nX-Hop: 1',
  ])('%s', async (line) => {
    const before = await answerWith('X-A: 1')
    gate.reset()
    const answer = await answerWith('X-A: 1', ...line.split('\r\n'))
    const names = (message: Message): string[] => message.headers.map(([name]) => name)
    expect(names(answer)).toEqual(names(before))
  })

  it('frames the answer once, though Connection lists its length', async () => {
    const answer = await answerWith('Connection: Content-Length, X-Request-Id')
    const framing = ['content-length', 'transfer-encoding'].flatMap((name) =>
      valuesOf(answer, name),
    )
    expect(['2', 'chunked']).toContain(framing.join())
    expect(valuesOf(answer, 'x-request-id')).toHaveLength(1)
  })

  it('nor the gateway’s own request id', async () => {
    const answer = await answerWith('X-Request-Id: canary', 'x-request-id: canary')
    expect(valuesOf(answer, 'x-request-id')).toHaveLength(1)
    expect(answer.head).not.toContain('canary')
  })
})

describe('everything else arrives as it is', () => {
  it('in its order, case and number', async () => {
    const lines = [
      'Server: TornadoServer/6.5',
      'content-TYPE: text/html; charset=UTF-8',
      'Date: Thu, 01 Jan 1970 00:00:00 GMT',
      'Set-Cookie: a=1; Path=/user/ada/; HttpOnly; SameSite=Lax',
      'Set-Cookie: a=2',
      'Set-Cookie: _xsrf=2|x|y|1; expires=Wed, 23 Dec 2026 00:00:00 GMT; Path=/user/ada/lab',
      'Set-Cookie: b="x, y"; Path=/user/ada',
      'ETag: W/"a"',
      'Vary: Accept',
      'Vary: Cookie',
      'Location: /user/ada/lab?',
      'Content-Security-Policy: frame-ancestors *; report-uri /x',
      'X-Empty:',
      'X-Tab: a\tb',
      `X-Bytes: ${Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('')}`,
      `X-Long: ${'v'.repeat(12_000)}`,
      'Link: </a>; rel=preload',
      'WWW-Authenticate: Basic realm="x", Digest y',
      "Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac.txt",
      'Access-Control-Allow-Origin: *',
      'Cache-Control: no-store',
      'Warning: 199 - "x"',
      'Cross-Origin-Opener-Policy: same-origin',
      'Cross-Origin-Embedder-Policy: require-corp',
      'Refresh: 5; url=/user/ada/lab',
    ]
    const answer = await answerWith(...lines)
    const own = /^(?:x-request-id|connection|content-length): /i
    const rest = answer.head.split('\r\n').slice(1, -2)
    const others = rest.filter((line) => !own.test(line)).map((line) => line.trimEnd())
    expect(others).toEqual(lines)
    for (const name of ['set-cookie', 'vary']) {
      const sent = lines.filter((line) => line.toLowerCase().startsWith(`${name}: `))
      expect(valuesOf(answer, name)).toEqual(sent.map((line) => line.slice(name.length + 2)))
    }
  })
})
