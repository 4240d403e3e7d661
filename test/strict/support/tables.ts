import { expect } from 'vitest'
import type { Gate, ServerName } from './gate.ts'
import { withinPatience } from './gate.ts'
import type { Message } from './messages.ts'
import { allResponses, statusOf } from './messages.ts'
import type { Recorded } from './recorder.ts'

/** What is behind a request that is not to be trusted; nobody may ever take it for a request. */
const canary = (gate: Gate): string =>
  `GET /user/ada/canary HTTP/1.1\r\nHost: h\r\n${gate.authorization}\r\n\r\n`

/** A request head with ada's token: the lines joined, `{token}` filled in. */
export function withToken(gate: Gate, text: string): string {
  return text.replaceAll('{token}', gate.tokenOf('ada/'))
}

/** Asserts that nobody's server was sent anything but `targets`, in that order, and ada's last request. */
async function expectOnly(gate: Gate, targets: readonly string[]): Promise<void> {
  await gate.settle()
  const recorder = gate.at('ada/')
  expect(recorder.requests.map(({ target }) => target)).toEqual([...targets, '/user/ada/settled'])
  expect(recorder.faults).toEqual([])
}

/**
 * Asserts that a request is refused before its server hears of it, once, and that nothing behind it
 * on the connection is read as a request.
 * @param status what it is answered; one of 4xx when left out
 */
export async function expectRefused(gate: Gate, bytes: string, status?: number): Promise<Message> {
  const answers = await gate.answersTo(withToken(gate, bytes) + canary(gate))
  const statuses = answers.map(statusOf)
  expect(statuses).toHaveLength(1)
  if (status === undefined) expect(String(statuses[0])).toMatch(/^4\d\d$/)
  else expect(statuses).toEqual([status])
  await expectOnly(gate, [])
  expect(gate.at('ada/').bytes).not.toContain('canary')
  return answers[0]!
}

/**
 * Asserts that a request whose fault is in its body never is a whole request at the server, is not
 * answered as if it were, and that nothing behind it is read as a request.
 */
export async function expectBroken(gate: Gate, bytes: string): Promise<void> {
  const client = gate.client(withToken(gate, bytes) + canary(gate))
  await withinPatience(client)
  const statuses = allResponses(client.text).map(statusOf)
  expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([])
  expect(statuses.length).toBeLessThan(2)
  await expectOnly(gate, [])
  expect(gate.at('ada/').bytes).not.toContain('canary')
}

/** Asserts that a request that ends its connection arrives once, at one server. @returns it there */
export async function expectPassed(
  gate: Gate,
  bytes: string,
  name: ServerName = 'ada/',
): Promise<Recorded> {
  const [method = 'GET'] = bytes.split(' ', 1)
  const answers = await gate.answersTo(withToken(gate, bytes), [method])
  expect(answers.map(({ start, body }) => [start, body])).toEqual([
    ['HTTP/1.1 200 OK', method === 'HEAD' ? '' : 'ok'],
  ])
  const { requests, faults } = gate.at(name)
  expect(faults).toEqual([])
  expect(requests).toHaveLength(1)
  return requests[0]!
}
