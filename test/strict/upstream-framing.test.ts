// P4: a server's answer is held to the grammar as well; what is none becomes 502 or a cut, and its
// connection is not used again.
import { describe, expect, it } from 'vitest'
import { withinPatience } from './support/gate.ts'
import { allResponses, statusOf, takeResponse } from './support/messages.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/'])

/** The gateway's answer for a server's, which keeps the connection open unless `ended`. */
async function answeredFor(bytes: string, ended: boolean, method = 'GET'): Promise<string> {
  gate.at('ada/').answers(({ target }, socket) => {
    if (target === '/user/ada/settled') return 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    socket.write(bytes, 'latin1')
    if (ended) socket.end()
    return null
  })
  const client = gate.client(gate.plain('/user/ada/x').replace('GET', method))
  await withinPatience(client)
  return client.text
}

/**
 * Asserts that the next request comes on another connection and gets its own answer.
 * @param most how often the server may have been asked before
 */
async function expectFresh(most = 1): Promise<void> {
  await gate.settle()
  const { requests } = gate.at('ada/')
  const [first, second] = requests.slice(-2)
  expect(requests.length).toBeLessThanOrEqual(most + 1)
  expect(second?.target).toBe('/user/ada/settled')
  expect(second?.connection).not.toBe(first?.connection)
}

const OK = 'HTTP/1.1 200 OK\r\n'

describe('a head that is no head becomes 502', () => {
  it.each([
    ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok'],
    ['204 in chunks', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    [
      'an interim answer with a length',
      `HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\n\r\nok${OK}Content-Length: 2\r\n\r\nok`,
    ],
    [
      'an interim answer in chunks',
      `HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    ],
    [
      'an interim answer of HTTP/1.0',
      `HTTP/1.0 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    ],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)],
    ['status 600', 'HTTP/1.1 600 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['too many headers', `${OK}${'A: b\r\n'.repeat(1_000)}Content-Length: 2\r\n\r\nok`],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a body without a head', '<html>hello</html>\r\n\r\n'],
    ['a request', 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['binary', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['no status', 'HTTP/1.1\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a status in words', 'HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a status with a sign', 'HTTP/1.1 +200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['status 000', 'HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['status 099', 'HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['http/1.1', 'http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['ICY', 'ICY 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a space in front', ` ${OK}Content-Length: 2\r\n\r\nok`],
    ['two spaces', 'HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['NUL in the phrase', 'HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\nok'],
    ['a bare carriage return in the phrase', 'HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok'],
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['a bare line feed behind the status', 'HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok'],
    ['a bare line feed behind a header', `${OK}Content-Length: 2\n\r\nok`],
    ['a bare line feed at the end', `${OK}Content-Length: 2\r\n\nok`],
    ['a bare carriage return in a value', `${OK}X-A: b\rc\r\nContent-Length: 2\r\n\r\nok`],
    ['a line without a colon', `${OK}foo\r\nContent-Length: 2\r\n\r\nok`],
    ['a header without a name', `${OK}: foo\r\nContent-Length: 2\r\n\r\nok`],
    ['a space in a name', `${OK}X A: b\r\nContent-Length: 2\r\n\r\nok`],
    ['a space before the colon', `${OK}X-A : b\r\nContent-Length: 2\r\n\r\nok`],
    ['brackets in a name', `${OK}X(A): b\r\nContent-Length: 2\r\n\r\nok`],
    ['a byte beyond ASCII in a name', `${OK}X-\xe4: b\r\nContent-Length: 2\r\n\r\nok`],
    ['a folded line', `${OK}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok`],
    ['a fold as the first line', `${OK} X-A: b\r\nContent-Length: 2\r\n\r\nok`],
    ['NUL in a value', `${OK}X-A: b\0c\r\nContent-Length: 2\r\n\r\nok`],
    ['a control character in a value', `${OK}X-A: b\x01c\r\nContent-Length: 2\r\n\r\nok`],
    ['length and chunks', `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks and length', `${OK}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!`],
    ['two equal lengths', `${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`],
    ['a list of lengths', `${OK}Content-Length: 2, 2\r\n\r\nok`],
    ['+2', `${OK}Content-Length: +2\r\n\r\nok`],
    ['-2', `${OK}Content-Length: -2\r\n\r\nok`],
    ['0x2', `${OK}Content-Length: 0x2\r\n\r\nok`],
    ['2.0', `${OK}Content-Length: 2.0\r\n\r\nok`],
    ['2 2', `${OK}Content-Length: 2 2\r\n\r\nok`],
    ['an empty length', `${OK}Content-Length:\r\n\r\nok`],
    ['a huge length', `${OK}Content-Length: 99999999999999999999\r\n\r\nok`],
    ['an unknown coding', `${OK}Transfer-Encoding: x\r\n\r\nok`],
    ['gzip as a coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunked, identity', `${OK}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['chunked twice', `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
    [
      'chunked in two headers',
      `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['xchunked', `${OK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['an empty coding', `${OK}Transfer-Encoding:\r\n\r\n0\r\n\r\n`],
    [
      'chunks in HTTP/1.0',
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['a head without end', `${OK}${'X-A: bbbbbbbbbbbbbbbbbbbbbbbb\r\n'.repeat(20_000)}`],
    ['a header without end', `${OK}X-A: ${'b'.repeat(1_000_000)}`],
    ['a status line without end', `HTTP/1.1 200 ${'b'.repeat(1_000_000)}`],
  ])('%s', async (_, bytes) => {
    const text = await answeredFor(bytes, false)
    const answers = allResponses(text)
    expect(answers.map(statusOf)).toEqual([502])
    expect(JSON.parse(answers[0]!.body)).toMatchObject({ status: 502 })
    await expectFresh()
  })

  it.each([
    ['nothing', ''],
    ['half a status line', 'HTTP/1.1 2'],
    ['a status line', OK],
    ['half a head', `${OK}Content-Le`],
    ['a head without its end', `${OK}Content-Length: 2\r\n`],
    ['only an interim answer', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'],
  ])('%s, and the end', async (_, bytes) => {
    const text = await answeredFor(bytes, true)
    expect(takeResponse(text, 'GET', true)?.message.start).toBe('HTTP/1.1 502 Bad Gateway')
    // A GET on a connection that was used before is sent once more when nothing came back.
    await expectFresh(bytes === '' ? 2 : 1)
  })
})

describe('a body that is no body is cut off, never made whole', () => {
  const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n`

  it.each([
    ['no size', `${chunked}\r\nok\r\n0\r\n\r\n`],
    ['a letter for a size', `${chunked}g\r\nok\r\n0\r\n\r\n`],
    ['a sign', `${chunked}+2\r\nok\r\n0\r\n\r\n`],
    ['a negative size', `${chunked}-2\r\nok\r\n0\r\n\r\n`],
    ['0x', `${chunked}0x2\r\nok\r\n0\r\n\r\n`],
    ['2^64 + 2', `${chunked}10000000000000002\r\nok\r\n0\r\n\r\n`],
    ['no line end behind the data', `${chunked}2\r\nok0\r\n\r\n`],
    ['data that is too long', `${chunked}2\r\noktoolong\r\n0\r\n\r\n`],
    ['a bare line feed behind the size', `${chunked}2\nok\r\n0\r\n\r\n`],
    ['a bare line feed behind the data', `${chunked}2\r\nok\n0\r\n\r\n`],
    ['a bare line feed in an extension', `${chunked}2;a\nb\r\nok\r\n0\r\n\r\n`],
    ['a space in front of the size', `${chunked} 2\r\nok\r\n0\r\n\r\n`],
    ['a space in a size', `${chunked}2 2\r\nok\r\n0\r\n\r\n`],
    ['a size line without end', `${chunked}2;${'a'.repeat(100_000)}`],
    ['extensions without end', `${chunked}${`1;${'a'.repeat(200)}\r\nx\r\n`.repeat(1_000)}`],
    ['trailers without end', `${chunked}2\r\nok\r\n0\r\n${'X-T: 1\r\n'.repeat(10_000)}`],
    ['a trailer that is no header', `${chunked}2\r\nok\r\n0\r\nfoo\r\n\r\n`],
  ])('chunks: %s', async (_, bytes) => {
    const taken = takeResponse(await answeredFor(bytes, false), 'GET', false)
    if (taken !== null) expect(statusOf(taken.message)).toBe(502)
    await expectFresh()
  })

  it.each([
    ['a length that is not reached', `${OK}Content-Length: 10\r\n\r\nok`],
    ['no byte of a length', `${OK}Content-Length: 10\r\n\r\n`],
    ['chunks without the last one', `${chunked}2\r\nok\r\n`],
    ['half a chunk', `${chunked}5\r\nok`],
    ['half a size', `${chunked}2\r\nok\r\n0`],
    ['a last chunk without its end', `${chunked}2\r\nok\r\n0\r\n`],
    ['half a trailer', `${chunked}2\r\nok\r\n0\r\nX-T: 1`],
  ])('the end: %s', async (_, bytes) => {
    const taken = takeResponse(await answeredFor(bytes, true), 'GET', false)
    if (taken !== null) expect(statusOf(taken.message)).toBe(502)
    await expectFresh()
  })
})
