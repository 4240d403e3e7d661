import type { Socket } from 'node:net'
import { expect } from 'vitest'
import type { RawConnection } from '../../proxy/raw-connection.ts'
import { eventually } from '../../support/gateway-process.ts'
import type { Gate } from './gate.ts'
import { withinPatience } from './gate.ts'
import { allResponses, statusOf, takeResponse, valuesOf } from './messages.ts'
import type { Counts } from './quiet.ts'
import { endedSince, isRunning, quiet } from './quiet.ts'

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A request with ada's token that ends its connection, with so many bytes of a body. */
export function upload(gate: Gate, bytes: number, sent = bytes): string {
  const head = gate.plain('/user/ada/x', `Content-Length: ${bytes}`).replace('GET', 'POST')
  return head + 'u'.repeat(sent)
}

/** The same in chunks of 1,000 bytes, without the last one. */
export function chunkedUpload(gate: Gate, bytes: number): string {
  const head = gate.plain('/user/ada/x', 'Transfer-Encoding: chunked').replace('GET', 'POST')
  return head + `3e8\r\n${'u'.repeat(1000)}\r\n`.repeat(bytes / 1000)
}

/** Asserts that a connection was answered once, by the gateway itself, and closed. */
export async function expectError(client: RawConnection, status: number): Promise<void> {
  await withinPatience(client)
  const [answer, ...more] = allResponses(client.text)
  expect(more).toEqual([])
  expect(answer && statusOf(answer)).toBe(status)
  expect(valuesOf(answer!, 'content-type').join()).toMatch(/^application\/json/)
  expect(JSON.parse(answer!.body)).toMatchObject({ status })
}

/** Asserts that an answer began, was cut off, and cannot be taken for a whole one. */
export async function expectCut(client: RawConnection): Promise<void> {
  await withinPatience(client)
  expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(takeResponse(client.text, 'GET', true)).toBeNull()
}

/**
 * Asserts that a fault ends what it hits and nothing else: another server is reached meanwhile, the
 * same one afterwards, nothing stays open, and the process is the same.
 * @param fault does it; what has ended by then, besides one request of the check's own, is returned
 */
export async function withoutTrace(
  gate: Gate,
  fault: () => Promise<void>,
  keepsConnection = false,
): Promise<Record<string, number>> {
  const { pid } = gate.gateway
  const before: Counts = await quiet(gate, 'ada/', 'bob/')
  await fault()
  const ada = gate.at('ada/')
  // One that does not read does not see the end.
  ada.latest?.resume()
  if (!keepsConnection) await eventually('the server is left', () => ada.open === 0)
  const after = await quiet(gate, 'ada/', 'bob/')
  ada.reset()
  await gate.settle()
  expect(ada.requests.map(({ target }) => target)).toEqual(['/user/ada/settled'])
  expect(gate.gateway.pid).toBe(pid)
  expect(isRunning(pid)).toBe(true)
  // Level 60 is a fault of the process; the others are a promise that nobody took care of.
  expect(gate.gateway.stderr).not.toMatch(/"level":60|was not answered|unhandled/i)
  return endedSince(before, after)
}

/** Asserts how exchanges ended, besides those that were whole: of the checks themselves. */
export function expectEnded(
  { 'http whole': whole = 0, ...others }: Record<string, number>,
  expected: Record<string, number>,
): void {
  expect(others).toEqual(expected)
  expect(whole).toBeLessThan(3)
}

/** Waits until ada's server was sent something. */
export async function heard(gate: Gate, pattern: RegExp): Promise<void> {
  await eventually(`the server hears ${pattern}`, () => pattern.test(gate.at('ada/').bytes))
}

/**
 * Sends a request, whose head ada's server answers with the steps one after another, each after the
 * client has received the one before.
 * @returns the client, and the server's side
 */
export async function stepwise(
  gate: Gate,
  bytes: string,
  steps: readonly string[],
): Promise<{ client: RawConnection; socket: Socket }> {
  const ada = gate.at('ada/')
  ada.answers(() => null)
  const client = gate.client(bytes)
  const socket = await eventually('it has arrived', () => ada.requests[0] && ada.latest)
  for (const step of steps) {
    const before = client.text.length
    socket.write(step, 'latin1')
    await eventually('it is passed on', () => client.text.length > before)
  }
  return { client, socket }
}
