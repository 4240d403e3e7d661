// P5: a connection to a server is used again only when nobody can doubt where its next answer begins.
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/gateway-process.ts'
import { statusOf, valuesOf } from './support/messages.ts'
import type { Recorded } from './support/recorder.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/', 'ada/gpu', 'bob/'])

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const STAGED = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstaged'

/** Answers the first request so, and those behind it with `ok`. */
function first(answer: (socket: Socket, request: Recorded) => void): void {
  let asked = false
  gate.at('ada/').answers((request, socket) => {
    if (asked) return OK
    asked = true
    answer(socket, request)
    return null
  })
}

/** Sends one more request and tells on which connections both arrived. */
async function next(): Promise<[first: number | undefined, second: number | undefined]> {
  await gate.settle()
  const { requests } = gate.at('ada/')
  expect(requests).toHaveLength(2)
  return [requests[0]?.connection, requests[1]?.connection]
}

it('a connection is used again after a plain answer', async () => {
  first((socket) => socket.write(OK))
  await gate.answersTo(gate.plain('/user/ada/x'))
  const [one, two] = await next()
  expect(two).toBe(one)
})

describe('a connection is not used again', () => {
  it.each<[name: string, method: string, answer: string]>([
    ['after bytes behind a length', 'GET', `${OK}x`],
    ['after an answer behind a length', 'GET', OK + STAGED],
    ['after a line end behind a length', 'GET', `${OK}\r\n`],
    [
      'after an answer behind chunks',
      'GET',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${STAGED}`,
    ],
    ['after a body behind 204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\nok'],
    ['after an answer behind 204', 'GET', `HTTP/1.1 204 No Content\r\n\r\n${STAGED}`],
    ['after a body behind 304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok'],
    ['after an answer behind 304', 'GET', `HTTP/1.1 304 Not Modified\r\n\r\n${STAGED}`],
    ['after a body in answer to HEAD', 'HEAD', OK],
    ['after an answer behind that to HEAD', 'HEAD', OK.slice(0, -2) + STAGED],
    ['after Connection: close', 'GET', OK.replace('OK\r\n', 'OK\r\nConnection: close\r\n')],
    ['after Connection: x, CLOSE', 'GET', OK.replace('OK\r\n', 'OK\r\nConnection: x, CLOSE\r\n')],
    ['after Keep-Alive: timeout=1', 'GET', OK.replace('OK\r\n', 'OK\r\nKeep-Alive: timeout=1\r\n')],
    ['after HTTP/1.0', 'GET', OK.replace('1.1', '1.0')],
  ])('%s', async (_, method, answer) => {
    first((socket) => socket.write(answer))
    const [got] = await gate.answersTo(gate.plain('/user/ada/x').replace('GET', method), [method])
    expect([200, 204, 304]).toContain(statusOf(got!))
    const [one, two] = await next()
    expect(two).not.toBe(one)
  })

  it('after bytes that come later, unasked', async () => {
    let socket: Socket | undefined
    first((one) => {
      socket = one
      one.write(OK)
    })
    await gate.answersTo(gate.plain('/user/ada/x'))
    socket?.write(STAGED)
    await eventually('it is closed', () => socket?.destroyed === true)
    const [one, two] = await next()
    expect(two).not.toBe(one)
  })

  it('after an answer that came before the request was whole', async () => {
    const recorder = gate.at('ada/')
    const head = `POST /user/ada/x HTTP/1.1\r\nHost: h\r\n${gate.authorization}\r\n`
    const client = gate.client(`${head}Content-Length: 10\r\n\r\n12345`)
    const early = await eventually('the head is there', () => recorder.latest)
    await eventually('half of the body is there', () => recorder.bytes.endsWith('12345'))
    early.write(OK)
    await client.until(/HTTP\/1\.1 200 OK[\s\S]*ok/)
    client.send('67890')
    await client.closed
    await gate.settle()
    expect(recorder.requests.at(-1)?.target).toBe('/user/ada/settled')
    await eventually('the early one is closed', () => early.destroyed)
  })

  it('after the client went away in the middle of the answer', async () => {
    let socket: Socket | undefined
    first((one) => {
      socket = one
      one.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ')
    })
    const client = gate.client(gate.plain('/user/ada/x'))
    await client.until(/half /)
    client.socket.destroy()
    await eventually('it is closed', () => socket?.destroyed === true)
    const [one, two] = await next()
    expect(two).not.toBe(one)
  })

  it('after the client went away before the answer', async () => {
    let socket: Socket | undefined
    first((one) => {
      socket = one
    })
    const client = gate.client(gate.plain('/user/ada/x'))
    await eventually('it has arrived', () => socket !== undefined)
    client.socket.destroy()
    await eventually('it is closed', () => socket?.destroyed === true)
    const [one, two] = await next()
    expect(two).not.toBe(one)
  })
})

describe('each visitor gets the answer to their own request', () => {
  it('however many share a server’s connections', async () => {
    gate.at('ada/').answers(({ target }) => {
      const chunk = target.length.toString(16)
      const framed =
        target.length % 2 === 0
          ? `Content-Length: ${target.length}\r\n\r\n${target}`
          : `Transfer-Encoding: chunked\r\n\r\n${chunk}\r\n${target}\r\n0\r\n\r\n`
      return `HTTP/1.1 200 OK\r\n${framed}`
    })
    const targets = Array.from({ length: 200 }, (_, i) => `/user/ada/${i}${'x'.repeat(i % 7)}`)
    const lanes = Array.from({ length: 10 }, (_, lane) =>
      targets.filter((_target, i) => i % 10 === lane),
    )
    const answers = await Promise.all(
      lanes.map((lane) => {
        const keep = (target: string): string =>
          gate.plain(target).replace('Connection: close\r\n', '')
        const last = lane.at(-1)!
        return gate.answersTo(lane.slice(0, -1).map(keep).join('') + gate.plain(last))
      }),
    )
    expect(answers.map((lane) => lane.map(({ body }) => body))).toEqual(lanes)
  })

  it('and one server’s connections are never another’s', async () => {
    for (const name of ['ada/', 'ada/gpu', 'bob/'] as const) await gate.settle(name)
    for (const name of ['ada/', 'ada/gpu', 'bob/'] as const) {
      expect(gate.at(name).requests).toHaveLength(1)
      const prefix = name === 'ada/gpu' ? '/user/ada/gpu/' : `/user/${name}`
      expect(gate.at(name).requests[0]?.target).toBe(`${prefix}settled`)
    }
    const sent = (['ada/', 'ada/gpu', 'bob/'] as const).map((name) =>
      valuesOf(gate.at(name).requests[0]!, 'authorization').join(),
    )
    expect(new Set(sent).size).toBe(3)
  })
})

describe('a request that changes something is sent once', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPPATCH', 'LOCK'])(
    '%s, though the connection is reset instead of an answer',
    async (method) => {
      await gate.settle()
      gate.at('ada/').reset()
      first((socket) => {
        socket.resetAndDestroy()
      })
      const bytes = gate.plain('/user/ada/x', 'Content-Length: 0').replace('GET', method)
      expect((await gate.answersTo(bytes)).map(statusOf)).toEqual([502])
      await next()
    },
  )

  it('though a connection that was waiting is closed under it', async () => {
    for (let round = 0; round < 20; round++) {
      gate.reset()
      await gate.settle()
      const { requests } = gate.at('ada/')
      expect(requests).toHaveLength(1)
      const closing = gate.at('ada/').hangUp()
      const bytes = gate.plain('/user/ada/x', 'Content-Length: 0').replace('GET', 'POST')
      const [status] = (await gate.answersTo(bytes)).map(statusOf)
      await closing
      const posts = gate.at('ada/').requests.filter(({ method }) => method === 'POST')
      expect([0, 1]).toContain(posts.length)
      expect([status, posts.length]).toEqual(posts.length === 1 ? [200, 1] : [502, 0])
    }
  })
})

it('a server that is stopped keeps no connection', async () => {
  await gate.settle('bob/')
  expect(gate.at('bob/').open).toBeGreaterThan(0)
  await gate.gateway.api('DELETE', '/users/bob/server')
  await eventually('all are closed', () => gate.at('bob/').open === 0)
  expect(gate.at('bob/').open).toBe(0)
})
