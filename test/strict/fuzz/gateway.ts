import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { withoutTokens } from '../../../src/proxy/query-token.ts'
import type { RawConnection } from '../../proxy/raw-connection.ts'
import type { Gate, ServerName } from '../support/gate.ts'
import { withinPatience } from '../support/gate.ts'
import type { Message } from '../support/messages.ts'
import { allResponses, statusOf, takeRequest, valuesOf } from '../support/messages.ts'
import { isRunning } from '../support/quiet.ts'
import { longRequests } from './long-requests.ts'
import type { Property } from './property.ts'
import { slowProperty } from './property.ts'
import { requestBytes, TOKEN_MARK } from './request-texts.ts'
import { SECRET, SPOOF } from './texts.ts'

/** The servers that a gate for {@link gatewayProperty} needs. */
export const FUZZED_SERVERS: readonly ServerName[] = ['ada/', 'bob/']

/** Behind every input. It ends the connection. */
const CANARY = `GET /user/ada/canary HTTP/1.1\r\nHost: h\r\nAuthorization: token ${TOKEN_MARK}\r\nConnection: close\r\n\r\n`
/** How long a connection is quiet before nothing more is expected of it, in milliseconds. */
const PAUSE_MS = 80
/** So many are sent at a time what takes long to read: together they take longer than anybody waits. */
const AT_ONCE = 8
/** So much is remembered of what a server was sent, in characters. */
const MOST_KEPT = 200_000

/**
 * A text as the strict grammar wants it, where RFC 9112 lets a reader take more than a sender may write:
 * empty lines in front (§2.2), blanks around the target (§3), the case of a coding (§7), HTTP/1.0.
 */
const asWritten = (text: string): string =>
  text
    .replace(/^[\r\n]+/, '')
    .replace(/^([A-Z]+) +(\S+) +HTTP\/1\.[01]\r\n/, '$1 $2 HTTP/1.1\r\n')
    .replace(/^(transfer-encoding: ?)chunked(?=\r\n)/im, '$1chunked')

/** The requests in a text, up to what is none. */
function requestsIn(text: string): Message[] {
  const found: Message[] = []
  let rest = text
  try {
    for (;;) {
      const isLast = /^\s*[A-Z]+ +\S+ +HTTP\/1\.0\r\n/.test(rest)
      const taken = takeRequest(asWritten(rest))
      if (taken === null) return found
      found.push(taken.message)
      if (isLast) return found
      rest = taken.rest
    }
  } catch {
    return found
  }
}

/** Waits until a connection is closed, or nothing has come on it for a while. */
async function paused({ socket, closed }: RawConnection): Promise<void> {
  let read = -1
  while (!socket.destroyed && socket.bytesRead !== read) {
    read = socket.bytesRead
    await Promise.race([closed, delay(PAUSE_MS)])
  }
}

function answersIn(text: string, methods: readonly string[]): Message[] {
  try {
    return allResponses(text, methods)
  } catch {
    // What cannot be read is refused with a body, whatever its method was to be.
    return allResponses(text)
  }
}

/**
 * Sends bytes and closes the connection when they are no whole requests.
 * @returns what was answered, and whether all of it was waited for
 */
async function exchange(
  gate: Gate,
  bytes: string,
  requests: readonly Message[],
): Promise<{ answers: Message[]; isWhole: boolean }> {
  const client = gate.client(bytes)
  const isWhole = requests.at(-1)?.start.includes('/canary ') === true
  if (!isWhole) {
    await paused(client)
    client.socket.end()
  }
  await withinPatience(client)
  const starts = requests.length > 0 ? requests.map(({ start }) => start) : [bytes.trimStart()]
  const methods = starts.map((start) => start.slice(0, start.indexOf(' ')))
  return { answers: answersIn(client.text, methods), isWhole }
}

/**
 * Asserts that the server was sent nothing but what was asked for, once each, and was told no secret.
 * @returns the targets it was sent, in the order in which they were asked for
 */
function assertSeen(gate: Gate, asked: readonly Message[]): string[] {
  const { requests, faults, bytes: heard } = gate.at('ada/')
  assert.deepEqual(faults, [])
  for (const secret of [gate.tokenOf('ada/'), SECRET, SPOOF]) assert(!heard.includes(secret), heard)
  assert.equal(gate.at('bob/').bytes, '')
  const arrived = requests.filter(({ target }) => target !== '/user/ada/settled')
  const left = new Set(arrived)
  const seen: string[] = []
  for (const { start, head } of asked) {
    const [method, written = ''] = start.split(' ')
    const target = withoutTokenOf(written)
    const found = [...left].find((one) => one.method === method && one.target === target)
    if (found === undefined) continue
    left.delete(found)
    seen.push(target)
    assert(head.includes(gate.tokenOf('ada/')), `${target} had no credential`)
  }
  const uncalled = [...left].map(({ start }) => start)
  assert.deepEqual(uncalled, [])
  // RFC 9112 §9.3.2: only what is safe may overtake, or be overtaken.
  if (arrived.some(({ method }) => !/^(?:GET|HEAD|OPTIONS)$/.test(method))) {
    const inOrder = arrived.map(({ target }) => target)
    assert.deepEqual(inOrder, seen)
  }
  return seen
}

function withoutTokenOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark) + withoutTokens(target.slice(mark))
}

function assertQuietLog(gate: Gate, from: number): void {
  const log = gate.gateway.stderr.slice(from)
  for (const secret of [gate.tokenOf('ada/'), SECRET]) assert(!log.includes(secret), log)
  assert.doesNotMatch(log, /"level":(?:50|60)/)
}

/** Ends the connections to the server, each of which remembers all it was sent, when that is much. */
async function forget(gate: Gate): Promise<void> {
  if (gate.at('ada/').kept < MOST_KEPT) return
  await gate.at('ada/').hangUp()
  await gate.settle()
}

async function holdsForBytes(gate: Gate, text: string): Promise<void> {
  const bytes = `${text}${CANARY}`.replaceAll(TOKEN_MARK, gate.tokenOf('ada/'))
  // What ended it is made smaller with one that runs.
  if (!isRunning(gate.gateway.pid)) await gate.gateway.run()
  const from = gate.gateway.stderr.length
  await forget(gate)
  gate.reset()
  gate.at('ada/').answers(({ method, target }) => {
    const body = method === 'HEAD' ? '' : 'ok'
    return `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Seen: ${target}\r\n\r\n${body}`
  })
  const asked = requestsIn(bytes)
  const { answers, isWhole } = await exchange(gate, bytes, asked)
  await gate.settle()
  const seen = assertSeen(gate, asked)
  assertQuietLog(gate, from)
  for (const answer of answers) assert(statusOf(answer) < 500, answer.head)
  const told = answers.flatMap((answer) => valuesOf(answer, 'x-seen'))
  assert.deepEqual(told, isWhole ? seen : seen.slice(0, told.length))
  if (isWhole) assert(answers.length > 0, 'no answer')
}

async function endureLong(gate: Gate, text: string): Promise<void> {
  for (const request of longRequests(text)) {
    await forget(gate)
    gate.reset()
    const bytes = request.replaceAll(TOKEN_MARK, gate.tokenOf('ada/'))
    const clients = Array.from({ length: AT_ONCE }, () => gate.client(bytes))
    await Promise.all(clients.map(withinPatience))
    const answers = clients.flatMap(({ text: answered }) => answersIn(answered, []))
    for (const answer of answers) assert(statusOf(answer) < 500, answer.head)
  }
}

/**
 * Whatever bytes come in, they are answered or refused; only whole requests with a credential reach the
 * server, each as it was asked for, answered once, without what it is not to know.
 */
export function gatewayProperty(gate: Gate): Property {
  return slowProperty('gateway', {
    inputs: requestBytes,
    holds: (text) => holdsForBytes(gate, text),
    endures: (text) => endureLong(gate, text),
  })
}
