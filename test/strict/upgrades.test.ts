// P10, P14: a server hears of an upgrade only when it is a WebSocket of somebody who may open it, and
// the client is switched only when the server accepted exactly that.
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/gateway-process.ts'
import { Visitor } from '../support/visitor.ts'
import { withinPatience } from './support/gate.ts'
import type { Message } from './support/messages.ts'
import { allResponses, statusOf, takeResponse, valuesOf } from './support/messages.ts'
import { QUIET_CONFIG, quiet } from './support/quiet.ts'
import { expectRefused, withToken } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'
import {
  ACCEPT,
  fromClient,
  fromServer,
  KEY,
  switching,
  UPGRADE,
  upgradeWith,
} from './support/websocket.ts'

const gate = useGate(['ada/', 'bob/'], QUIET_CONFIG)
let hubToken: string
let cookie: string

beforeAll(async () => {
  const { gateway } = gate
  hubToken = await gateway.token('ada')
  const browser = new Visitor()
  await browser.signIn(`${gateway.url}/hub/login?next=%2Fuser%2Fada%2F`, 'ada', 'open sesame')
  cookie = browser.cookiesFor(new URL(`${gateway.url}/user/ada/`))
})
afterEach(async () => {
  gate.reset()
  await quiet(gate, 'ada/', 'bob/')
})

/** The usual lines with some replaced, by the beginning of a line; '' leaves it out. */
function changed(lines: Record<string, string>, more: readonly string[] = []): string[] {
  const kept = UPGRADE.map((line) => {
    const name = Object.keys(lines).find((one) => line.startsWith(`${one}:`))
    return name === undefined ? line : (lines[name] ?? '')
  })
  return [...kept, ...more].filter((line) => line !== '')
}

const keyed = (key: string): string[] => changed({ 'Sec-WebSocket-Key': key })
const versioned = (version: string): string[] => changed({ 'Sec-WebSocket-Version': version })

/** Asserts that the server hears nothing of it, and nothing behind it is taken as a request. */
async function expectUnheard(bytes: string, status: number): Promise<void> {
  await expectRefused(gate, bytes, status)
  const { bytes: heard, requests } = gate.at('ada/')
  expect(heard).toBe(requests[0]?.head)
}

describe('what is no WebSocket handshake is refused', () => {
  it.each<[name: string, lines: string[], start?: string]>([
    ['no key', keyed('')],
    ['an empty key', keyed('Sec-WebSocket-Key:')],
    ['a key of 15 bytes', keyed('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA')],
    ['a key of 17 bytes', keyed('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=')],
    ['a key without its end', keyed(`Sec-WebSocket-Key: ${KEY.slice(0, -2)}`)],
    ['a key with a wrong end', keyed('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAB==')],
    ['a key in another alphabet', keyed('Sec-WebSocket-Key: __________AAAAAAAAAAAA==')],
    ['a key that is no base64', keyed('Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==')],
    ['a key with a space', keyed('Sec-WebSocket-Key: AAAAAAAAAAA AAAAAAAAAAA==')],
    ['a list of keys', keyed(`Sec-WebSocket-Key: ${KEY}, ${KEY}`)],
    ['two keys', changed({}, [`Sec-WebSocket-Key: ${KEY}`])],
    ['two keys in different case', changed({}, ['sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='])],
    ['no version', versioned('')],
    ['an empty version', versioned('Sec-WebSocket-Version:')],
    ['version 8', versioned('Sec-WebSocket-Version: 8')],
    ['version 0', versioned('Sec-WebSocket-Version: 0')],
    ['version 14', versioned('Sec-WebSocket-Version: 14')],
    ['version 013', versioned('Sec-WebSocket-Version: 013')],
    ['version 13.0', versioned('Sec-WebSocket-Version: 13.0')],
    ['a list of versions', versioned('Sec-WebSocket-Version: 13, 8')],
    ['two versions', changed({}, ['Sec-WebSocket-Version: 13'])],
    ['POST', UPGRADE, 'POST /user/ada/ws HTTP/1.1'],
    ['PUT', UPGRADE, 'PUT /user/ada/ws HTTP/1.1'],
    ['OPTIONS', UPGRADE, 'OPTIONS /user/ada/ws HTTP/1.1'],
    ['POST without a body', [...UPGRADE, 'Content-Length: 0'], 'POST /user/ada/ws HTTP/1.1'],
    ['HTTP/1.0', UPGRADE, 'GET /user/ada/ws HTTP/1.0'],
    ['Content-Length: 0', [...UPGRADE, 'Content-Length: 0']],
    ['a length', [...UPGRADE, 'Content-Length: 7']],
    ['a huge length', [...UPGRADE, 'Content-Length: 999999999']],
    ['chunks', [...UPGRADE, 'Transfer-Encoding: chunked']],
    ['another coding', [...UPGRADE, 'Transfer-Encoding: x']],
    ['both', [...UPGRADE, 'Content-Length: 7', 'Transfer-Encoding: chunked']],
    ['an underscore', [...UPGRADE, 'Sec_WebSocket_Key: x']],
    ['two hosts', [...UPGRADE, 'Host: i']],
    ['two origins', [...UPGRADE, 'Origin: http://h', 'Origin: http://h']],
  ])('%s', (_, lines, start) => expectUnheard(upgradeWith(lines, start), 400))

  it.each([
    ['another path', 'GET /user/ada/../bob/ws HTTP/1.1', 400],
    ['an absolute target', 'GET http://h/user/ada/ws HTTP/1.1', 400],
    ['HTTP/2.0', 'GET /user/ada/ws HTTP/2.0', 400],
    ['CONNECT', 'CONNECT /user/ada/ws HTTP/1.1', 400],
    ['TRACE', 'TRACE /user/ada/ws HTTP/1.1', 405],
    ['the hub', 'GET /hub/api/ws HTTP/1.1', 404],
    ['nowhere', 'GET /ws HTTP/1.1', 404],
  ])('%s', (_, start, status) => expectUnheard(upgradeWith(UPGRADE, start), status))

  it('another version, which is told the right one (RFC 6455 §4.4)', async () => {
    const bytes = upgradeWith(versioned('Sec-WebSocket-Version: 8'))
    const answer = await expectRefused(gate, bytes, 400)
    expect(valuesOf(answer, 'sec-websocket-version')).toEqual(['13'])
  })

  it('HTTP/2 that is assumed to be known', () =>
    expectUnheard('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 400))

  it('behind a request whose answer is outstanding', async () => {
    let release = (): void => undefined
    gate.at('ada/').answers((_request, socket) => {
      release = () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      return null
    })
    const first = gate.plain('/user/ada/first').replace('Connection: close\r\n', '')
    const client = gate.client(first + withToken(gate, upgradeWith(UPGRADE)))
    await eventually('it has arrived', () => gate.at('ada/').requests.length === 1)
    release()
    await withinPatience(client)
    expect(allResponses(client.text).map(statusOf)[0]).toBe(200)
    expect(client.text).not.toContain(' 101 ')
    gate.at('ada/').answers(() => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await gate.settle()
    const targets = gate.at('ada/').requests.map(({ target }) => target)
    expect(targets).toEqual(['/user/ada/first', '/user/ada/settled'])
  })
})

describe('what asks for something else is an ordinary request', () => {
  it.each([
    [
      'h2c',
      [
        'Connection: close, Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
      ],
    ],
    [
      'h2c without its settings named',
      ['Connection: close, Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
    ],
    ['H2C', ['Connection: close, Upgrade, HTTP2-Settings', 'Upgrade: H2C', 'HTTP2-Settings: AAMA']],
    [
      'websocket and h2c',
      changed({ Connection: 'Connection: close, Upgrade', Upgrade: 'Upgrade: websocket, h2c' }),
    ],
    [
      'h2c and websocket',
      changed({ Connection: 'Connection: close, Upgrade', Upgrade: 'Upgrade: h2c, websocket' }),
    ],
    [
      'websocket twice',
      changed({
        Connection: 'Connection: close, Upgrade',
        Upgrade: 'Upgrade: websocket, websocket',
      }),
    ],
    [
      'two Upgrade headers',
      changed({ Connection: 'Connection: close, Upgrade' }, ['Upgrade: websocket']),
    ],
    [
      'another Upgrade header in front',
      ['Upgrade: h2c', ...changed({ Connection: 'Connection: close, Upgrade' })],
    ],
    [
      'another Upgrade header behind',
      changed({ Connection: 'Connection: close, Upgrade' }, ['Upgrade: h2c']),
    ],
    [
      'websocket/13',
      changed({ Connection: 'Connection: close, Upgrade', Upgrade: 'Upgrade: websocket/13' }),
    ],
    [
      'an empty Upgrade',
      changed({ Connection: 'Connection: close, Upgrade', Upgrade: 'Upgrade:' }),
    ],
    ['TLS', ['Connection: close, Upgrade', 'Upgrade: TLS/1.2']],
    ['no Connection that says so', changed({ Connection: 'Connection: close' })],
    [
      'a longer word in Connection',
      changed({ Connection: 'Connection: close, xupgrade, upgradex' }),
    ],
    ['no Upgrade', changed({ Connection: 'Connection: close, Upgrade', Upgrade: '' })],
  ])('%s', async (_, lines) => {
    const answers = await gate.answersTo(withToken(gate, upgradeWith(lines)))
    expect(answers.map(statusOf)).toEqual([200])
    const { requests, faults } = gate.at('ada/')
    expect(faults).toEqual([])
    expect(requests).toHaveLength(1)
    expect(valuesOf(requests[0]!, 'upgrade')).toEqual([])
    expect(valuesOf(requests[0]!, 'http2-settings')).toEqual([])
    expect(valuesOf(requests[0]!, 'connection').join().toLowerCase()).not.toContain('upgrade')
  })
})

/** Answers an upgrade once the test says so. */
async function arrives(client: { socket: { destroyed: boolean }; text: string }): Promise<string> {
  await eventually('it has arrived', () => {
    if (client.socket.destroyed) throw new Error(`refused: ${client.text}`)
    return gate.at('ada/').requests.length === 1
  })
  return gate.at('ada/').requests[0]!.head
}

function hold(): void {
  gate
    .at('ada/')
    .answers(({ target }) =>
      target === '/user/ada/settled' ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' : null,
    )
}

describe('who may not open it is refused', () => {
  const host = (): string => `Host: 127.0.0.1:${gate.port}`
  const own = (): string => `Origin: http://127.0.0.1:${gate.port}`

  it.each<[name: string, lines: () => string[]]>([
    ['nothing', () => []],
    ['nothing but an Origin', () => [own()]],
    ['a wrong token', () => ['Authorization: token wrong']],
    ['a hub token', () => [`Authorization: token ${hubToken}`]],
    [
      'a hub token and the cookie',
      () => [`Authorization: token ${hubToken}`, `Cookie: ${cookie}`, own()],
    ],
    ['another server’s token', () => [`Authorization: token ${gate.tokenOf('bob/')}`]],
    [
      'a token as a subprotocol',
      () => [`Sec-WebSocket-Protocol: v1.token.${gate.tokenOf('ada/')}`],
    ],
    ['a made-up cookie', () => ['Cookie: hubgate-login=x; hubgate-server-0=y', own()]],
    ['the cookie without an Origin', () => [`Cookie: ${cookie}`]],
    ['the cookie and Origin: null', () => [`Cookie: ${cookie}`, 'Origin: null']],
    ['the cookie and an empty Origin', () => [`Cookie: ${cookie}`, 'Origin:']],
    ['the cookie and a foreign Origin', () => [`Cookie: ${cookie}`, 'Origin: http://evil.example']],
    ['the cookie and another port', () => [`Cookie: ${cookie}`, 'Origin: http://127.0.0.1:1']],
    ['the cookie and no port', () => [`Cookie: ${cookie}`, 'Origin: http://127.0.0.1']],
    [
      'the cookie and another scheme',
      () => [`Cookie: ${cookie}`, own().replace('http:', 'https:')],
    ],
    [
      'the cookie and a socket’s scheme',
      () => [`Cookie: ${cookie}`, own().replace('http:', 'ws:')],
    ],
    ['the cookie and a longer port', () => [`Cookie: ${cookie}`, `${own()}0`]],
    ['the cookie and a longer host', () => [`Cookie: ${cookie}`, `${own()}.evil.example`]],
    ['the cookie and a host below', () => [`Cookie: ${cookie}`, own().replace('//', '//user.')]],
    [
      'the cookie and a name in front',
      () => [`Cookie: ${cookie}`, own().replace('//', '//127.0.0.1@')],
    ],
    ['the cookie and a path', () => [`Cookie: ${cookie}`, `${own()}/`]],
    [
      'the cookie and a list of Origins',
      () => [`Cookie: ${cookie}`, `${own()}, http://evil.example`],
    ],
    [
      'the cookie and two Origins in one',
      () => [`Cookie: ${cookie}`, `${own()} http://evil.example`],
    ],
    [
      'the cookie from another site',
      () => [`Cookie: ${cookie}`, own(), 'Sec-Fetch-Site: cross-site'],
    ],
    ['the cookie from a sibling', () => [`Cookie: ${cookie}`, own(), 'Sec-Fetch-Site: same-site']],
  ])('%s', (_, lines) => {
    const head = ['GET /user/ada/ws HTTP/1.1', host(), ...UPGRADE, ...lines()].join('\r\n')
    return expectUnheard(`${head}\r\n\r\n`, 403)
  })

  it('the cookie from its own Origin may', async () => {
    gate.at('ada/').answers(switching())
    const lines = ['GET /user/ada/ws HTTP/1.1', host(), ...UPGRADE, `Cookie: ${cookie}`, own()]
    const client = gate.client(`${lines.join('\r\n')}\r\n\r\n`)
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /)
    expect(gate.at('ada/').requests).toHaveLength(1)
    expect(gate.at('ada/').bytes).not.toContain(cookie.split('=')[1])
  })
})

describe('a server that does not accept exactly this', () => {
  const START = 'HTTP/1.1 101 Switching Protocols\r\n'
  const U = 'Upgrade: websocket\r\n'
  const C = 'Connection: Upgrade\r\n'
  const A = `Sec-WebSocket-Accept: ${ACCEPT}\r\n`

  it.each([
    ['no accept', `${START}${U}${C}\r\n`],
    ['an empty accept', `${START}${U}${C}Sec-WebSocket-Accept:\r\n\r\n`],
    [
      'the accept of another key',
      `${START}${U}${C}Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n`,
    ],
    ['the key as accept', `${START}${U}${C}Sec-WebSocket-Accept: ${KEY}\r\n\r\n`],
    ['an accept in another case', `${START}${U}${C}${A.replace(ACCEPT, ACCEPT.toLowerCase())}\r\n`],
    ['an accept that is longer', `${START}${U}${C}${A.replace(ACCEPT, `${ACCEPT}=`)}\r\n`],
    ['two accepts', `${START}${U}${C}${A}${A}\r\n`],
    ['a list of accepts', `${START}${U}${C}${A.replace(ACCEPT, `${ACCEPT}, x`)}\r\n`],
    ['no Upgrade', `${START}${C}${A}\r\n`],
    ['Upgrade: h2c', `${START}Upgrade: h2c\r\n${C}${A}\r\n`],
    ['a list of upgrades', `${START}Upgrade: websocket, h2c\r\n${C}${A}\r\n`],
    ['two Upgrade headers', `${START}${U}Upgrade: h2c\r\n${C}${A}\r\n`],
    ['no Connection', `${START}${U}${A}\r\n`],
    ['Connection: close', `${START}${U}Connection: close\r\n${A}\r\n`],
    ['HTTP/1.0', `${START.replace('1.1', '1.0')}${U}${C}${A}\r\n`],
    ['HTTP/2.0', `${START.replace('1.1', '2.0')}${U}${C}${A}\r\n`],
    ['a subprotocol that was not offered', switching('Sec-WebSocket-Protocol: other')],
    ['a subprotocol in another case', switching('Sec-WebSocket-Protocol: CHAT')],
    ['all the subprotocols', switching('Sec-WebSocket-Protocol: chat, superchat')],
    [
      'two subprotocols',
      switching('Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: superchat'),
    ],
    ['an empty subprotocol', switching('Sec-WebSocket-Protocol:')],
    ['an extension that was not offered', switching('Sec-WebSocket-Extensions: x-other')],
    [
      'one that was, and one that was not',
      switching('Sec-WebSocket-Extensions: permessage-deflate, x-other'),
    ],
    [
      'one that was not, in a header of its own',
      switching(
        'Sec-WebSocket-Extensions: permessage-deflate',
        'Sec-WebSocket-Extensions: x-other',
      ),
    ],
    ['bare line feeds', switching().replaceAll('\r\n', '\n')],
    ['a folded line', switching('X-A: b\r\n c')],
    ['a space before a colon', switching('X-A : b')],
    ['NUL in a value', switching('X-A: b\0')],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['frames', fromServer('hello').repeat(20_000)],
  ])('%s', async (_, answer) => {
    const lines = [
      ...UPGRADE,
      'Sec-WebSocket-Protocol: chat, superchat',
      'Sec-WebSocket-Extensions: permessage-deflate',
    ]
    const refusal = await refusalFor(answer, upgradeWith(lines) + fromClient('early'))
    expect(statusOf(refusal)).toBe(502)
    expect(valuesOf(refusal, 'content-type')).toEqual(['application/json'])
    expect(JSON.parse(refusal.body)).toMatchObject({ status: 502 })
  })

  /**
   * What a client is answered when its server answers so and sends a frame: once, of which the frame is
   * no part. The server is left, and was sent nothing but the handshake.
   */
  async function refusalFor(answer: string, bytes: string): Promise<Message> {
    hold()
    const client = gate.client(withToken(gate, bytes))
    const head = await arrives(client)
    const { latest } = gate.at('ada/')
    latest?.write(answer + fromServer('forged'), 'latin1')
    await withinPatience(client)
    expect(client.text).not.toContain('forged')
    const [refusal, ...more] = allResponses(client.text)
    expect(more).toEqual([])
    await eventually('the server is left', () => latest?.destroyed === true)
    expect(gate.at('ada/').bytes).toBe(head)
    return refusal!
  }

  it.each([
    ['200', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Own: 1\r\n\r\nno'],
    [
      '200 in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Own: 1\r\n\r\n2\r\nno\r\n0\r\n\r\n',
    ],
    ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Own: 1\r\n\r\nno'],
    [
      '404 with upgrade headers',
      `HTTP/1.1 404 Not Found\r\n${U}${C}${A}Content-Length: 2\r\nX-Own: 1\r\n\r\nno`,
    ],
    ['426', 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\nX-Own: 1\r\n\r\nno'],
    [
      '103 and 400',
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nX-Own: 1\r\n\r\nno',
    ],
    ['500', 'HTTP/1.1 500 Oops\r\nContent-Length: 2\r\nX-Own: 1\r\n\r\nno'],
  ])('%s is an ordinary answer, and the end', async (_, answer) => {
    const canary = upgradeWith([], 'GET /user/ada/canary HTTP/1.1')
    const refusal = await refusalFor(answer, upgradeWith(UPGRADE) + canary)
    expect(statusOf(refusal)).toBe(Number(/ (\d+) [^\r]*\r\n(?!.*HTTP)/s.exec(answer)?.[1]))
    expect([refusal.body, valuesOf(refusal, 'x-own')]).toEqual(['no', ['1']])
    expect(valuesOf(refusal, 'connection').map((one) => one.toLowerCase())).toEqual(['close'])
  })
})

describe('a WebSocket passes as it is', () => {
  it('bytes behind the head wait for the switch, and none is lost', async () => {
    hold()
    const client = gate.client(withToken(gate, upgradeWith(UPGRADE)) + fromClient('early'))
    const head = await arrives(client)
    client.send(fromClient('later'))
    await gate.settle('bob/')
    expect(gate.at('ada/').bytes).toBe(head)
    gate
      .at('ada/')
      .latest?.write(switching() + fromServer('first') + fromServer('second'), 'latin1')
    await client.until(/second/)
    const taken = takeResponse(client.text, 'GET', false)
    expect(taken?.message.start).toBe('HTTP/1.1 101 Switching Protocols')
    expect(taken?.rest).toBe(fromServer('first') + fromServer('second'))
    const sent = head + fromClient('early') + fromClient('later')
    await eventually('all is there', () => gate.at('ada/').bytes.length >= sent.length)
    expect(gate.at('ada/').bytes).toBe(sent)
  })

  it('a request behind the handshake is nobody’s request', async () => {
    hold()
    const canary = withToken(gate, upgradeWith([], 'GET /user/bob/canary HTTP/1.1'))
    const client = gate.client(withToken(gate, upgradeWith(UPGRADE)))
    const head = await arrives(client)
    gate.at('ada/').latest?.write(switching(), 'latin1')
    await client.until(/\r\n\r\n/)
    client.send(canary)
    await eventually(
      'it is there',
      () => gate.at('ada/').bytes.length >= head.length + canary.length,
    )
    expect(gate.at('ada/').bytes).toBe(head + canary)
    await gate.settle('bob/')
    expect(gate.at('bob/').requests).toHaveLength(1)
  })

  it.each<[name: string, lines: string[], answer: string[], start?: string]>([
    ['plain', UPGRADE, []],
    [
      'Connection: keep-alive, Upgrade',
      changed({ Connection: 'Connection: keep-alive, Upgrade' }),
      [],
    ],
    ['two Connection headers', ['Connection: keep-alive', ...UPGRADE], []],
    [
      'another case',
      changed({ Connection: 'connection: UPGRADE', Upgrade: 'upgrade: WebSocket' }),
      [],
    ],
    [
      'a subprotocol',
      [...UPGRADE, 'Sec-WebSocket-Protocol: chat, superchat'],
      ['Sec-WebSocket-Protocol: superchat'],
    ],
    [
      'subprotocols in two headers',
      [...UPGRADE, 'Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: v1.kernel'],
      ['Sec-WebSocket-Protocol: v1.kernel'],
    ],
    ['none of the subprotocols', [...UPGRADE, 'Sec-WebSocket-Protocol: chat'], []],
    [
      'an extension',
      [...UPGRADE, 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'],
      ['Sec-WebSocket-Extensions: permessage-deflate'],
    ],
    ['none of the extensions', [...UPGRADE, 'Sec-WebSocket-Extensions: permessage-deflate'], []],
    ['a foreign Origin and a token', [...UPGRADE, 'Origin: http://evil.example'], []],
    ['a query', UPGRADE, [], 'GET /user/ada/api/kernels/1/channels?session_id=%2F HTTP/1.1'],
    ['a path with escapes', UPGRADE, [], 'GET /user/ada/proxy/8080/a%2Fb HTTP/1.1'],
  ])('%s', async (_, lines, chosen, start) => {
    gate.at('ada/').answers(switching(...chosen))
    const client = gate.client(withToken(gate, upgradeWith(lines, start)))
    await client.until(/\r\n\r\n/)
    const [request] = gate.at('ada/').requests
    const seen = (name: string): string[] => valuesOf(request!, name)
    expect(seen('upgrade').map((one) => one.toLowerCase())).toEqual(['websocket'])
    expect(seen('connection').map((one) => one.toLowerCase())).toEqual(['upgrade'])
    expect([seen('sec-websocket-key'), seen('sec-websocket-version')]).toEqual([[KEY], ['13']])
    const offered = (name: string): string[] =>
      lines
        .filter((line) => line.startsWith(`${name}: `))
        .map((line) => line.slice(name.length + 2))
    for (const name of ['Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions']) {
      expect(seen(name.toLowerCase()).join(', ')).toBe(offered(name).join(', '))
    }
    if (start !== undefined) expect(request?.target).toBe(start.split(' ')[1])
    const { message } = takeResponse(client.text, 'GET', false)!
    expect(statusOf(message)).toBe(101)
    expect(valuesOf(message, 'sec-websocket-accept')).toEqual([ACCEPT])
    for (const name of ['sec-websocket-protocol', 'sec-websocket-extensions']) {
      const said = chosen.filter((line) => line.toLowerCase().startsWith(name))
      expect(valuesOf(message, name)).toEqual(said.map((line) => line.split(': ')[1]))
    }
    client.send(fromClient('over there'))
    await eventually('it is there', () => gate.at('ada/').bytes.endsWith(fromClient('over there')))
    gate.at('ada/').latest?.write(fromServer('and back'), 'latin1')
    await client.until(/and back/)
    expect(takeResponse(client.text, 'GET', false)?.rest).toBe(fromServer('and back'))
  })
})
