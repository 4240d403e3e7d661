import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { bytesOf, chunkedOf, SIZES, SMALL, sha256 } from './bodies.ts'
import { EchoSocket, frameOf } from './echo-socket.ts'
import type { Answer } from './http-connection.ts'
import { HttpConnection } from './http-connection.ts'
import { headOf, socketHead, uploadHead } from './requests.ts'
import type { Subject, Target } from './subject.ts'

async function ask(port: number, head: string, body?: Buffer): Promise<Answer & { body: Buffer }> {
  const connection = new HttpConnection(port, true)
  try {
    const answer = await connection.send(head, body)
    return { ...answer, body: Buffer.concat(answer.parts) }
  } finally {
    connection.close()
  }
}

async function checkBodies(port: number, target: Target): Promise<void> {
  const wanted = { small: SMALL, medium: bytesOf(SIZES.medium), large: bytesOf(SIZES.large) }
  for (const [what, bytes] of Object.entries(wanted)) {
    const { status, body } = await ask(port, headOf(port, target, what))
    deepStrictEqual([status, body.length, sha256(body)], [200, bytes.length, sha256(bytes)], what)
  }
  const sent = bytesOf(SIZES.upload)
  for (const kind of ['sized', 'chunked'] as const) {
    const bytes = kind === 'sized' ? sent : chunkedOf(sent)
    const { status, body } = await ask(port, uploadHead(port, target, kind), bytes)
    const received = { bytes: sent.length, sha256: sha256(sent) }
    deepStrictEqual([status, JSON.parse(body.toString())], [200, received], kind)
  }
}

async function checkEcho(port: number, target: Target): Promise<void> {
  for (const size of [64, 16_000]) {
    const socket = new EchoSocket(port, socketHead(port, target), true)
    const back = Promise.withResolvers<Buffer | undefined>()
    socket.onFault = back.reject
    socket.onMessage = (_, payload) => back.resolve(payload)
    // Who does not open is told of below.
    back.promise.catch(() => undefined)
    await socket.opened()
    const payload = bytesOf(size)
    socket.send(frameOf(payload))
    ok((await back.promise)?.equals(payload), `${size} bytes did not come back`)
    socket.close()
  }
}

/** What the backend is told must be the gateway's to tell. */
async function checkSeen(port: number, target: Target): Promise<void> {
  const { body } = await ask(port, headOf(port, target, 'seen'))
  const { head } = JSON.parse(body.toString()) as { head: string }
  const { visitorSecret, serverSecret } = target
  ok(head.startsWith(`GET ${target.prefix}api/seen HTTP/1.1\r\n`), head)
  if (visitorSecret !== '') ok(!head.includes(visitorSecret), 'the server saw what opens it')
  if (serverSecret !== undefined) ok(head.includes(`token ${serverSecret}`), head)
}

async function checkGuard(port: number, target: Target): Promise<void> {
  const wrong = target.credential.replace(target.visitorSecret, 'f'.repeat(32))
  for (const credential of ['', wrong]) {
    const { status } = await ask(port, headOf(port, { ...target, credential }, 'small'))
    ok(status === 401 || status === 403, `without the right credential: ${status}`)
    const socket = new EchoSocket(port, socketHead(port, { ...target, credential }))
    const opened = await socket.opened().then(
      () => true,
      () => false,
    )
    socket.close()
    strictEqual(opened, false, 'a WebSocket opened without the right credential')
  }
}

/**
 * Looks closely at what a subject answers before it is timed.
 * @throws AssertionError when it is not what the backend sent, or not for everybody to have
 */
export async function verify({ port, targets, guards }: Subject): Promise<void> {
  const [target] = targets
  if (target === undefined) throw new Error('a subject without a target')
  await checkBodies(port, target)
  await checkEcho(port, target)
  await checkSeen(port, target)
  if (guards) await checkGuard(port, target)
}

/** The same of a subject with many routes: each leads to its own server. */
export async function verifyRoutes({ port, targets, guards }: Subject): Promise<void> {
  const some = [0, 1, targets.length >> 1, targets.length - 1].map((n) => targets[n]!)
  for (const target of some) await checkSeen(port, target)
  if (!guards) return
  await checkGuard(port, some[0]!)
  const { credential } = some[1]!
  const { status } = await ask(port, headOf(port, { ...some[0]!, credential }, 'small'))
  strictEqual(status, 403, "with the token of somebody else's server")
}
