// P4: where a request ends is what the gateway says, and nobody downstream can read it differently.
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/gateway-process.ts'
import { allResponses, takeResponse, valuesOf } from './support/messages.ts'
import { expectBroken, expectPassed, expectRefused, withToken } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/'])

const head = (lines: string, method = 'POST', version = '1.1'): string =>
  `${method} /user/ada/x HTTP/${version}\r\nHost: h\r\nAuthorization: token {token}\r\n${lines}`
const SMUGGLED = 'GET /user/ada/smuggled HTTP/1.1\r\nHost: h\r\n\r\n'
const inHex = (text: string): string => text.length.toString(16)
/** The end of chunks, then what a reader who believes another length takes for a request. */
const CHUNKED_BODY = `\r\n\r\n0\r\n\r\n${SMUGGLED}`

describe('a framing that is refused before anything is sent on', () => {
  it.each([
    [
      'CL.TE',
      `Content-Length: ${SMUGGLED.length + 5}\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`,
    ],
    ['TE.CL', `Transfer-Encoding: chunked\r\nContent-Length: 5${CHUNKED_BODY}`],
    ['CL.0 and TE', `Content-Length: 0\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`],
    ['CL and TE: identity', `Content-Length: 5\r\nTransfer-Encoding: identity\r\n\r\n12345`],
    ['TE twice', `Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`],
    ['TE: x and chunked', `Transfer-Encoding: x\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`],
    ['TE: chunked and x', `Transfer-Encoding: chunked\r\nTransfer-Encoding: x${CHUNKED_BODY}`],
    ['TE: xchunked', `Transfer-Encoding: xchunked${CHUNKED_BODY}`],
    ['TE: chunkedx', `Transfer-Encoding: chunkedx${CHUNKED_BODY}`],
    ['TE: chunked, identity', `Transfer-Encoding: chunked, identity${CHUNKED_BODY}`],
    ['TE: identity, chunked', `Transfer-Encoding: identity, chunked${CHUNKED_BODY}`],
    ['TE: gzip, chunked', `Transfer-Encoding: gzip, chunked${CHUNKED_BODY}`],
    ['TE: chunked, chunked', `Transfer-Encoding: chunked, chunked${CHUNKED_BODY}`],
    ['TE: gzip', `Transfer-Encoding: gzip${CHUNKED_BODY}`],
    ['TE: identity', `Transfer-Encoding: identity${CHUNKED_BODY}`],
    ['TE: ,chunked', `Transfer-Encoding: ,chunked${CHUNKED_BODY}`],
    ['TE: chunked,', `Transfer-Encoding: chunked,${CHUNKED_BODY}`],
    ['TE: chunked;q=1', `Transfer-Encoding: chunked;q=1${CHUNKED_BODY}`],
    ['TE: "chunked"', `Transfer-Encoding: "chunked"${CHUNKED_BODY}`],
    ['TE with a control character', `Transfer-Encoding: \x0bchunked${CHUNKED_BODY}`],
    ['TE with a control character behind', `Transfer-Encoding: chunked\x0c${CHUNKED_BODY}`],
    ['TE: chunked with NUL', `Transfer-Encoding: chunked\0${CHUNKED_BODY}`],
    ['TE, empty', `Transfer-Encoding:${CHUNKED_BODY}`],
    ['TE folded', `Transfer-Encoding:\r\n chunked${CHUNKED_BODY}`],
    ['TE folded behind', `Transfer-Encoding: chunked\r\n , identity${CHUNKED_BODY}`],
    ['TE behind a fold', `X-A: b\r\n Transfer-Encoding: chunked${CHUNKED_BODY}`],
    ['a space before the colon', `Transfer-Encoding : chunked${CHUNKED_BODY}`],
    ['a tab before the colon', `Transfer-Encoding\t: chunked${CHUNKED_BODY}`],
    ['an underscore', `Transfer_Encoding: chunked${CHUNKED_BODY}`],
    ['a dot', `Transfer.Encoding: chunked${CHUNKED_BODY}`],
    ['a control character in the name', `\x01Transfer-Encoding: chunked${CHUNKED_BODY}`],
    ['a long s in the name', `Tran\xc5\xbffer-Encoding: chunked${CHUNKED_BODY}`],
    ['TE behind a bare line feed', `X-A: b\nTransfer-Encoding: chunked${CHUNKED_BODY}`],
    ['TE behind a bare carriage return', `X-A: b\rTransfer-Encoding: chunked${CHUNKED_BODY}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['two equal lengths', 'Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345'],
    ['two lengths in different case', 'Content-Length: 5\r\ncontent-length: 6\r\n\r\n12345'],
    ['a list of lengths', 'Content-Length: 5,5\r\n\r\n12345'],
    ['a list of lengths with a space', 'Content-Length: 5, 5\r\n\r\n12345'],
    ['+5', 'Content-Length: +5\r\n\r\n12345'],
    ['-5', 'Content-Length: -5\r\n\r\n12345'],
    ['-0', 'Content-Length: -0\r\n\r\n'],
    ['0x5', 'Content-Length: 0x5\r\n\r\n12345'],
    ['5.0', 'Content-Length: 5.0\r\n\r\n12345'],
    ['5e0', 'Content-Length: 5e0\r\n\r\n12345'],
    ['5;', 'Content-Length: 5;\r\n\r\n12345'],
    ['5 5', 'Content-Length: 5 5\r\n\r\n12345'],
    ['5_0', 'Content-Length: 1_0\r\n\r\n1234567890'],
    ['"5"', 'Content-Length: "5"\r\n\r\n12345'],
    ['other digits', 'Content-Length: \xd9\xa5\r\n\r\n12345'],
    ['NaN', 'Content-Length: NaN\r\n\r\n'],
    ['an empty length', 'Content-Length:\r\n\r\n'],
    ['a huge length', 'Content-Length: 99999999999999999999\r\n\r\n'],
    ['2^53 + 1', 'Content-Length: 9007199254740993\r\n\r\n'],
    ['2^64', 'Content-Length: 18446744073709551616\r\n\r\n'],
    ['2^64 + 5', 'Content-Length: 18446744073709551621\r\n\r\n12345'],
    ['a length in the form of chunks', 'Content-Length: chunked\r\n\r\n'],
    ['a space before the colon of a length', 'Content-Length : 5\r\n\r\n12345'],
    ['a folded length', 'Content-Length:\r\n 5\r\n\r\n12345'],
    ['an underscore in Content_Length', 'Content_Length: 5\r\n\r\n12345'],
  ])('%s', async (_, rest) => {
    await expectRefused(gate, head(rest), 400)
    expect(gate.at('ada/').bytes).not.toMatch(/smuggled|user\/ada\/x/)
  })

  it('chunks in HTTP/1.0', async () => {
    await expectRefused(gate, head(`Transfer-Encoding: chunked${CHUNKED_BODY}`, 'POST', '1.0'), 400)
    expect(gate.at('ada/').bytes).not.toMatch(/smuggled|user\/ada\/x/)
  })

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PUT'])('CL and TE with %s', async (method) => {
    const rest = `Content-Length: 3\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`
    await expectRefused(gate, head(rest, method), 400)
    expect(gate.at('ada/').bytes).not.toMatch(/smuggled|user\/ada\/x/)
  })
})

describe('chunks that are no chunks never become a whole request', () => {
  it.each([
    ['a negative size', `-1\r\n${SMUGGLED}`],
    ['a sign', `+5\r\n12345\r\n0\r\n\r\n`],
    ['0x', '0x5\r\n12345\r\n0\r\n\r\n'],
    ['a space in front', ' 5\r\n12345\r\n0\r\n\r\n'],
    ['no size', '\r\n12345\r\n0\r\n\r\n'],
    ['only an extension', ';a=b\r\n12345\r\n0\r\n\r\n'],
    ['a letter', 'g\r\n12345\r\n0\r\n\r\n'],
    ['an underscore', '1_0\r\n1234567890123456\r\n0\r\n\r\n'],
    ['a decimal point', '5.0\r\n12345\r\n0\r\n\r\n'],
    ['a quote', '"5"\r\n12345\r\n0\r\n\r\n'],
    ['2^64 + 5', '10000000000000005\r\n12345\r\n0\r\n\r\n'],
    ['a size that is too small', `3\r\n12345\r\n0\r\n\r\n`],
    ['a bare line feed behind the size', '5\n12345\r\n0\r\n\r\n'],
    ['a bare line feed behind the data', '5\r\n12345\n0\r\n\r\n'],
    ['a bare carriage return behind the size', '5\r12345\r\n0\r\n\r\n'],
    ['a bare carriage return behind the data', '5\r\n12345\r0\r\n\r\n'],
    ['no line end behind the data', '5\r\n123450\r\n\r\n'],
    ['two line ends behind the data', '5\r\n12345\r\n\r\n0\r\n\r\n'],
    ['a bare line feed behind the last size', '5\r\n12345\r\n0\n\r\n'],
    ['a bare line feed in an extension', '5;a\nb\r\n12345\r\n0\r\n\r\n'],
    ['a bare carriage return in an extension', '5;a\rb\r\n12345\r\n0\r\n\r\n'],
    ['NUL in a size', '5\0\r\n12345\r\n0\r\n\r\n'],
    ['NUL in an extension', '5;a\0b\r\n12345\r\n0\r\n\r\n'],
    ['a length among the trailers', '5\r\n12345\r\n0\r\nContent-Length: 9\r\n\r\n'],
    ['a coding among the trailers', '5\r\n12345\r\n0\r\nTransfer-Encoding: x\r\n\r\n'],
    ['a trailer that is no header', '5\r\n12345\r\n0\r\nfoo\r\n\r\n'],
    ['a trailer with a space before the colon', '5\r\n12345\r\n0\r\nX-A : b\r\n\r\n'],
  ])('%s', async (_, body) => {
    await expectBroken(gate, `${head('Transfer-Encoding: chunked\r\n\r\n')}${body}`)
    expect(gate.at('ada/').bytes).not.toContain('smuggled')
  })

  it.each([
    ['chunks without the last one', 'Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n'],
    ['half a chunk', 'Transfer-Encoding: chunked\r\n\r\n5\r\n123'],
    ['half a size', 'Transfer-Encoding: chunked\r\n\r\n5'],
    ['a last chunk without its end', 'Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n'],
    [
      'a chunk of 2^64 - 1',
      'Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n12345\r\n0\r\n\r\n',
    ],
    ['a body that is too short', 'Content-Length: 10\r\n\r\n12345'],
  ])('%s, and the client is gone', async (_, rest) => {
    const client = gate.client(withToken(gate, head(rest)))
    client.socket.end()
    await client.closed
    await gate.settle()
    expect(gate.at('ada/').requests.map(({ target }) => target)).toEqual(['/user/ada/settled'])
    expect(allResponses(client.text).every(({ start }) => / 4\d\d /.test(start))).toBe(true)
  })
})

describe('a body arrives whole, in a framing of our own', () => {
  const close = 'Connection: close\r\n\r\n'
  const methods = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE', 'OPTIONS', 'PROPFIND']

  it.each(methods)('%s with a length', async (method) => {
    const bytes = head(`Content-Length: ${SMUGGLED.length}\r\n${close}${SMUGGLED}`, method)
    const seen = await expectPassed(gate, bytes)
    expect(seen.body).toBe(SMUGGLED)
    expect(seen.method).toBe(method)
  })

  it.each(methods)('%s in chunks', async (method) => {
    const chunk = `${inHex(SMUGGLED)}\r\n${SMUGGLED}\r\n`
    const bytes = head(`Transfer-Encoding: chunked\r\n${close}${chunk}0\r\n\r\n`, method)
    const seen = await expectPassed(gate, bytes)
    expect(seen.body).toBe(SMUGGLED)
    expect(valuesOf(seen, 'content-length')).toEqual([])
  })

  it.each([
    ['the coding in capitals', 'CHUNKED', '5\r\n12345\r\n0\r\n\r\n'],
    ['zeros in front of a size', 'chunked', '0000005\r\n12345\r\n0\r\n\r\n'],
    ['an extension', 'chunked', '5;a=b;c="d e"\r\n12345\r\n0;e\r\n\r\n'],
    ['a size in capitals', 'chunked', 'A\r\n1234512345\r\n0\r\n\r\n'],
    ['more zeros at the end', 'chunked', '5\r\n12345\r\n000\r\n\r\n'],
    ['trailers', 'chunked', '5\r\n12345\r\n0\r\nX-T: 1\r\nX-T: 2\r\n\r\n'],
    [
      'credentials in trailers',
      'chunked',
      '5\r\n12345\r\n0\r\nAuthorization: token canary\r\nHost: evil\r\n\r\n',
    ],
  ])('%s', async (_, coding, body) => {
    const bytes = head(`Transfer-Encoding: ${coding}\r\nTrailer: X-T\r\n${close}${body}`)
    const seen = await expectPassed(gate, bytes)
    expect(seen.body).toMatch(/^(?:12345){1,2}$/)
    expect(valuesOf(seen, 'transfer-encoding')).toEqual(['chunked'])
    expect(valuesOf(seen, 'trailer')).toEqual([])
    expect(gate.at('ada/').bytes).not.toMatch(/canary|evil|X-T|;/)
  })

  it.each(['\tchunked', ' chunked', 'chunked ', 'chunked\t', 'chunKED'])(
    'Transfer-Encoding: %j is chunked or refused, nothing else',
    async (coding) => {
      const rest = `Transfer-Encoding:${coding}\r\n\r\n5\r\n12345\r\n0\r\n\r\n`
      const bytes = withToken(gate, head(rest)) + gate.plain('/user/ada/second')
      const statuses = (await gate.answersTo(bytes)).map(({ start }) => start.slice(9, 12))
      await gate.settle()
      const seen = gate.at('ada/').requests.map(({ target, body }) => `${target} ${body}`)
      if (statuses[0] === '400') {
        expect(statuses).toEqual(['400'])
        expect(seen).toEqual(['/user/ada/settled '])
      } else {
        expect(statuses).toEqual(['200', '200'])
        expect(seen.toSorted()).toEqual([
          '/user/ada/second ',
          '/user/ada/settled ',
          '/user/ada/x 12345',
        ])
      }
    },
  )

  it('every byte, in pieces of every size', async () => {
    const body = Array.from({ length: 70_000 }, (_, i) => String.fromCharCode(i % 256)).join('')
    const pieces = [1, 2, 3, 255, 256, 16_384, 50_000, 3_099]
    let chunks = ''
    let at = 0
    for (const size of pieces) {
      chunks += `${size.toString(16)}\r\n${body.slice(at, at + size)}\r\n`
      at += size
    }
    const rest = `Transfer-Encoding: chunked\r\n${close}${chunks}0\r\n\r\n`
    const seen = await expectPassed(gate, head(rest))
    expect(seen.body).toBe(body.slice(0, at))
  })

  it('a byte at a time', async () => {
    const bytes = withToken(gate, head(`Transfer-Encoding: chunked\r\n${close}`))
    const client = gate.client('')
    for (const char of `${bytes}2\r\nab\r\n0\r\n\r\n`) {
      client.send(char)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await client.closed
    expect(gate.at('ada/').requests.map(({ body }) => body)).toEqual(['ab'])
  })

  it('Content-Length: 0 has no body, and what follows is a request', async () => {
    const first = withToken(gate, head('Content-Length: 0\r\n\r\n'))
    const answers = await gate.answersTo(first + gate.plain('/user/ada/second'))
    expect(answers).toHaveLength(2)
    const { requests } = gate.at('ada/')
    expect(requests.map(({ target, body }) => [target, body])).toEqual([
      ['/user/ada/x', ''],
      ['/user/ada/second', ''],
    ])
  })
})

describe('requests behind each other', () => {
  it('arrive each once and are answered in their order', async () => {
    gate.at('ada/').answers(({ target, body }) => {
      const text = `${target} ${body}`
      return `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`
    })
    const one = head('Content-Length: 5\r\n\r\n12345').replace('/x', '/1')
    const two = head('Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', 'DELETE')
    const three = head('\r\n', 'GET').replace('/x', '/3')
    const answers = await gate.answersTo(
      withToken(gate, one + two.replace('/x', '/2') + three) + gate.plain('/user/ada/4'),
    )
    const expected = ['/user/ada/1 12345', '/user/ada/2 abc', '/user/ada/3 ', '/user/ada/4 ']
    expect(answers.map(({ body }) => body)).toEqual(expected)
    expect(
      gate
        .at('ada/')
        .requests.map(({ target, body }) => `${target} ${body}`)
        .sort(),
    ).toEqual(expected)
  })

  it('wait for the end of one that is not safe (RFC 9112 §9.3.2)', async () => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    let release = (): void => undefined
    gate.at('ada/').answers(({ target }, socket) => {
      if (target !== '/user/ada/x') return ok
      release = () => socket.write(ok)
      return null
    })
    const first = withToken(gate, head('Content-Length: 5\r\n\r\n12345'))
    const client = gate.client(first + gate.plain('/user/ada/second'))
    await eventually('it has arrived', () => gate.at('ada/').requests.length === 1)
    await gate.settle()
    const targets = (): string[] => gate.at('ada/').requests.map(({ target }) => target)
    expect(targets()).toEqual(['/user/ada/x', '/user/ada/settled'])
    release()
    await client.closed
    expect(allResponses(client.text).map(({ body }) => body)).toEqual(['ok', 'ok'])
    expect(targets()).toEqual(['/user/ada/x', '/user/ada/settled', '/user/ada/second'])
  })

  it('a body that looks like a request stays a body', async () => {
    const length = SMUGGLED.length
    const one = withToken(gate, head(`Content-Length: ${length}\r\n\r\n${SMUGGLED}`))
    const answers = await gate.answersTo(one + gate.plain('/user/ada/second'))
    expect(answers).toHaveLength(2)
    expect(gate.at('ada/').requests.map(({ target, body }) => [target, body])).toEqual([
      ['/user/ada/x', SMUGGLED],
      ['/user/ada/second', ''],
    ])
  })
})

describe('Expect', () => {
  it('100-continue is answered here, and the body arrives', async () => {
    const client = gate.client(
      withToken(
        gate,
        head('Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n'),
      ),
    )
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
    client.send('abc')
    await client.closed
    expect(takeResponse(client.text, 'POST', true)?.message.body).toBe('ok')
    const [seen] = gate.at('ada/').requests
    expect(seen?.body).toBe('abc')
    expect(valuesOf(seen!, 'expect')).toEqual([])
  })

  it('100-continue of one who may not pass: a refusal instead, and the body is no request', async () => {
    const bytes = 'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n'
    const client = gate.client(`${bytes}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`)
    await client.until(/HTTP\/1\.1 403 /)
    client.socket.end()
    await client.closed
    await gate.settle()
    expect(gate.at('ada/').requests.map(({ target }) => target)).toEqual(['/user/ada/settled'])
  })

  it('anything else is 417 and the end: neither the body nor what is behind it is a request', async () => {
    const bytes = withToken(gate, head(`Expect: magic\r\nContent-Length: ${SMUGGLED.length}\r\n`))
    const answers = await gate.answersTo(`${bytes}\r\n${SMUGGLED}${gate.plain('/user/ada/last')}`)
    expect(answers.map(({ start }) => start)).toEqual(['HTTP/1.1 417 Expectation Failed'])
    await gate.settle()
    expect(gate.at('ada/').requests.map(({ target }) => target)).toEqual(['/user/ada/settled'])
  })
})
