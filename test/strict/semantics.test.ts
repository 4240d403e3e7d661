// What RFC 9110 and 9112 let pass, passes unchanged: interim answers, answers without a body, ranges,
// trailers, bodies of every framing.
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/gateway-process.ts'
import { withinPatience } from './support/gate.ts'
import type { Message } from './support/messages.ts'
import { allResponses, statusOf, takeResponse, valuesOf } from './support/messages.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/'])

/** The gateway's only answer for a server's. */
async function answerFor(bytes: string, method = 'GET', ...lines: string[]): Promise<Message> {
  gate.at('ada/').answers(bytes)
  const request = gate.plain('/user/ada/x', ...lines).replace('GET', method)
  const answers = await gate.answersTo(request, [method])
  expect(answers).toHaveLength(1)
  return answers[0]!
}

/** Asserts that the server's connection is in order: the next request uses it. */
async function expectReused(): Promise<void> {
  gate.at('ada/').answers('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await gate.settle()
  const [one, two] = gate.at('ada/').requests
  expect(two?.connection).toBe(one?.connection)
}

describe('answers without a body', () => {
  it.each([
    ['HEAD with a length', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n', '1234'],
    ['HEAD with length 0', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '0'],
    ['HEAD without a length', 'HEAD', 'HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n', undefined],
    [
      'HEAD with chunks',
      'HEAD',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      undefined,
    ],
    ['204', 'DELETE', 'HTTP/1.1 204 No Content\r\n\r\n', undefined],
    ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', undefined],
    ['304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n', '99'],
    ['200 of length 0', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '0'],
    ['205', 'POST', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n', '0'],
    ['404 to HEAD', 'HEAD', 'HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n', '10'],
  ])('%s', async (_, method, bytes, length) => {
    const answer = await answerFor(bytes, method)
    expect(answer.start).toBe(bytes.split('\r\n', 1)[0])
    expect(answer.body).toBe('')
    expect(valuesOf(answer, 'content-length')).toEqual(length === undefined ? [] : [length])
    if (method !== 'HEAD') expect(valuesOf(answer, 'transfer-encoding')).toEqual([])
    await expectReused()
  })
})

describe('bodies', () => {
  const every = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('')

  it.each([
    ['a length', `Content-Length: 256\r\n\r\n${every}`],
    ['one chunk', `Transfer-Encoding: chunked\r\n\r\n100\r\n${every}\r\n0\r\n\r\n`],
    [
      'chunks in capitals with extensions',
      `Transfer-Encoding: Chunked\r\n\r\n0ff;a=b;c="d"\r\n${every.slice(0, 255)}\r\n01;e\r\n\xff\r\n0;f\r\n\r\n`,
    ],
    [
      'trailers',
      `Trailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n${every}\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n`,
    ],
  ])('%s: every byte', async (_, rest) => {
    const answer = await answerFor(`HTTP/1.1 200 OK\r\n${rest}`)
    expect(answer.body).toBe(every)
    await expectReused()
  })

  it('trailers do not become headers', async () => {
    const answer = await answerFor(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nSet-Cookie: hubgate-login=canary\r\n\r\n',
    )
    expect(answer.body).toBe('ok')
    expect(answer.head).not.toContain('canary')
  })

  it.each([
    ['HTTP/1.1', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['HTTP/1.1 with close', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
  ])('ended by the close of the connection, %s', async (_, head) => {
    gate.at('ada/').answers((_request, socket) => {
      socket.end(head + every, 'latin1')
      return null
    })
    const [answer] = await gate.answersTo(gate.plain('/user/ada/x'))
    expect(answer?.body).toBe(every)
    expect(answer?.start).toBe('HTTP/1.1 200 OK')
  })

  it('are not decoded', async () => {
    const answer = await answerFor(
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x00\xff',
      'GET',
      'Accept-Encoding: gzip',
    )
    expect(answer.body).toBe('\x1f\x8b\x00\xff')
    expect(valuesOf(answer, 'content-encoding')).toEqual(['gzip'])
  })

  it('to a client of HTTP/1.0 come without chunks', async () => {
    gate
      .at('ada/')
      .answers('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n')
    const client = gate.client(
      `GET /user/ada/x HTTP/1.0\r\nHost: h\r\n${gate.authorization}\r\n\r\n`,
    )
    await withinPatience(client)
    expect(client.text).toMatch(/\r\n\r\nok$/)
    expect(client.text).not.toMatch(/transfer-encoding/i)
  })
})

describe('ranges and conditions', () => {
  it('206, with what asked for it', async () => {
    const answer = await answerFor(
      'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-2/4\r\nContent-Length: 2\r\n\r\nbc',
      'GET',
      'Range: bytes=1-2',
      'If-Range: "x"',
    )
    expect([answer.start, answer.body]).toEqual(['HTTP/1.1 206 Partial Content', 'bc'])
    expect(valuesOf(answer, 'content-range')).toEqual(['bytes 1-2/4'])
    const [seen] = gate.at('ada/').requests
    expect([...valuesOf(seen!, 'range'), ...valuesOf(seen!, 'if-range')]).toEqual([
      'bytes=1-2',
      '"x"',
    ])
  })

  it('several ranges', async () => {
    const parts = '--x\r\nContent-Range: bytes 0-0/9\r\n\r\na\r\n--x--\r\n'
    const type = 'Content-Type: multipart/byteranges; boundary=x'
    const answer = await answerFor(
      `HTTP/1.1 206 Partial Content\r\n${type}\r\nContent-Length: ${parts.length}\r\n\r\n${parts}`,
    )
    expect(answer.body).toBe(parts)
  })

  it.each([
    'HTTP/1.1 416 Range Not Satisfiable',
    'HTTP/1.1 412 Precondition Failed',
    'HTTP/1.1 418 I am a teapot',
    'HTTP/1.1 299 Fine, and (all) "that"',
    'HTTP/1.1 599 Whatever',
    'HTTP/1.1 500 Internal Server Error',
    'HTTP/1.1 401 Unauthorized',
    'HTTP/1.1 307 Temporary Redirect',
  ])('%s', async (start) => {
    const answer = await answerFor(
      `${start}\r\nContent-Range: bytes */4\r\nContent-Length: 1\r\n\r\nx`,
    )
    expect(answer.start).toBe(start)
    expect(answer.body).toBe('x')
    expect(valuesOf(answer, 'content-range')).toEqual(['bytes */4'])
  })

  it.each([
    ['no phrase', 'HTTP/1.1 200 '],
    ['a phrase beyond ASCII', 'HTTP/1.1 299 Fine, \xfc'],
  ])('a status with %s keeps its code', async (_, start) => {
    const answer = await answerFor(`${start}\r\nContent-Length: 1\r\n\r\nx`)
    expect(statusOf(answer)).toBe(Number(start.slice(9, 12)))
    expect(answer.body).toBe('x')
  })
})

describe('interim answers', () => {
  const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'
  const processing = 'HTTP/1.1 102 Processing\r\n\r\n'

  it.each([
    ['103', hints, [hints]],
    ['100 unasked', 'HTTP/1.1 100 Continue\r\n\r\n', []],
    ['102', processing, [processing]],
    ['several', processing + hints + hints, [processing, hints, hints]],
    ['unknown', 'HTTP/1.1 199 Whatever\r\n\r\n', []],
  ])(
    '%s: passes if it says something, and the answer behind it is the answer',
    async (_, interim, passed) => {
      gate.at('ada/').answers(interim + OK)
      const client = gate.client(gate.plain('/user/ada/x'))
      await withinPatience(client)
      expect(client.text.split('HTTP/1.1 200 OK')[0]).toBe(passed.join(''))
      expect(takeResponse(client.text, 'GET', true)?.message.body).toBe('ok')
      await expectReused()
    },
  )

  it('are not for a client of HTTP/1.0 (RFC 9110 §15.2)', async () => {
    gate.at('ada/').answers(processing + hints + OK)
    const head = 'Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc'
    const client = gate.client(
      `POST /user/ada/x HTTP/1.0\r\nHost: h\r\n${gate.authorization}\r\n${head}`,
    )
    await withinPatience(client)
    expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/)
    expect(gate.at('ada/').requests[0]?.body).toBe('abc')
  })

  it('may not set what a final answer may not', async () => {
    const set = 'Set-Cookie: hubgate-login=canary\r\nClear-Site-Data: "canary"\r\n'
    const link = 'Link: </style.css>; rel=preload\r\n'
    gate.at('ada/').answers(`HTTP/1.1 103 Early Hints\r\n${set}${link}\r\n${OK}`)
    const client = gate.client(gate.plain('/user/ada/x'))
    await withinPatience(client)
    expect(client.text).not.toContain('canary')
    expect(client.text.startsWith(hints)).toBe(true)
    expect(client.text).toMatch(/ok$/)
  })
})

describe('streams', () => {
  it('events arrive while the answer goes on', async () => {
    let push = (_: string): void => undefined
    gate.at('ada/').answers((_request, socket) => {
      push = (text) => socket.write(text)
      return 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
    })
    const client = gate.client(gate.plain('/user/ada/events'))
    await client.until(/text\/event-stream[\s\S]*\r\n\r\n/)
    for (const word of ['one', 'two', 'three']) {
      const event = `data: ${word}\n\n`
      push(`${event.length.toString(16)}\r\n${event}\r\n`)
      await client.until(new RegExp(`data: ${word}\n\n`))
    }
    push('0\r\n\r\n')
    await client.closed
    expect(allResponses(client.text)[0]?.body).toBe('data: one\n\ndata: two\n\ndata: three\n\n')
  })

  it('an upload arrives while it goes on', async () => {
    const head = `POST /user/ada/x HTTP/1.1\r\nHost: h\r\n${gate.authorization}\r\nConnection: close\r\n`
    const client = gate.client(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n`)
    await eventually('one is there', () => gate.at('ada/').bytes.includes('one'))
    client.send('3\r\ntwo\r\n')
    await eventually('two is there', () => gate.at('ada/').bytes.includes('two'))
    client.send('0\r\n\r\n')
    await client.closed
    expect(gate.at('ada/').requests.map(({ body }) => body)).toEqual(['onetwo'])
  })
})
