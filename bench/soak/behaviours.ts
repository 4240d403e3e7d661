import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './client.ts'
import {
  ask,
  echo,
  headOf,
  openRequest,
  openWebSocket,
  say,
  UPGRADE,
  untilClosed,
  untilEnded,
} from './client.ts'
import type { Access, Hub } from './hub.ts'
import { LIMITS } from './hub.ts'
import { patience } from './patience.ts'

/** Who is there, and whose servers are what. */
export interface Scene {
  hub: Hub
  /** Nothing happens to their servers: whatever fails there is a failure. */
  steady: readonly Access[]
  /** Their servers die and stall. */
  shaky: readonly Access[]
  /** Their servers are stopped and started. */
  restarted: readonly Access[]
}

/** One round of something; throws when what must be so is not. */
export type Behaviour = (scene: Scene) => Promise<void>

const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new TypeError('nothing to choose from')
  return item
}

function expectStatus({ status }: Answer, wanted: number, what: string): void {
  if (status !== wanted) throw new Error(`${what} answered ${status} instead of ${wanted}`)
}

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex')
const DOWNLOAD = sha256(Buffer.alloc(32 * 64 * 1024, 'soak'))

/** Sends data in parts, with a pause in between. */
async function* dribble(data: Buffer, part: number, pauseMs: number): AsyncIterable<Buffer> {
  for (let at = 0; at < data.length; at += part) {
    yield data.subarray(at, at + part)
    if (pauseMs > 0) await delay(pauseMs)
  }
}

async function readSmall(port: number, access: Access): Promise<number> {
  const query = randomBytes(8).toString('hex')
  const answer = await ask(port, access, `api/small?${query}`)
  expectStatus(answer, 200, 'a small request')
  const told = JSON.parse(answer.body.toString()) as { query: string; pid: number }
  if (told.query !== query) throw new Error('an answer to another request')
  return told.pid
}

async function send(
  port: number,
  access: Access,
  size: number,
  part: number,
  pauseMs: number,
): Promise<void> {
  const data = randomBytes(size)
  const body = dribble(data, part, pauseMs)
  const answer = await ask(port, access, 'upload', { method: 'POST', body })
  expectStatus(answer, 200, 'an upload')
  const told = JSON.parse(answer.body.toString()) as { bytes: number; sha256: string }
  if (told.sha256 !== sha256(data)) throw new Error(`${told.bytes} of ${size} bytes arrived`)
}

/** All of what is awaited a little later; that it fails before is no accident. */
function allSoon<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  const all = Promise.all(promises)
  all.catch(() => undefined)
  return all
}

async function within(done: Promise<unknown>, ms: number, what: string): Promise<void> {
  const late = patience(ms).then(() => 'late')
  if ((await Promise.race([done, late])) === 'late') throw new Error(`not within ${ms} ms: ${what}`)
}

export const visit: Behaviour = async ({ hub: { port }, steady }) => {
  const access = pick(steady)
  for (let n = 0; n < 8; n++) await readSmall(port, access)
  await send(port, access, 1 + Math.floor(Math.random() * 300_000), 16_384, 0)
  const download = await ask(port, access, 'download')
  expectStatus(download, 200, 'a download')
  if (sha256(download.body) !== DOWNLOAD) throw new Error('a download is not what was sent')
  await delay(100)
}

export const talk: Behaviour = async ({ hub, steady }) => {
  const socket = await openWebSocket(hub.port, pick(steady))
  for (const size of [1, 200, 70_000]) await echo(socket, 'x'.repeat(size))
  socket.close(1000)
  await untilEnded(socket)
}

export const drip: Behaviour = async ({ hub, steady }) => {
  const answer = await ask(hub.port, pick(steady), 'drip')
  expectStatus(answer, 200, 'a slow answer')
  if (answer.body.length !== 80) throw new Error(`${answer.body.length} of 80 bytes arrived`)
}

export const dribbleUpload: Behaviour = ({ hub, steady }) =>
  send(hub.port, pick(steady), 200, 10, 250)

/** Tabs that are closed, and machines that are switched off with their kernel still there. */
export const vanish: Behaviour = async ({ hub: { port }, steady }) => {
  const access = pick(steady)
  const socket = await say(port, headOf(access, 'socket', UPGRADE))
  await once(socket, 'data')
  // The beginning of a frame, and no more.
  socket.write(Buffer.from([0x82, 0xfe, 0x10, 0x00, 1, 2]))
  const requests = ['events', 'stall', 'download', 'half'].map((path) =>
    openRequest(port, access, path).end(),
  )
  const upload = openRequest(port, access, 'upload', 'POST')
  upload.write('beginning')
  await delay(300 + Math.random() * 500)
  for (const request of [...requests, upload]) {
    if (Math.random() < 0.5) request.socket?.resetAndDestroy()
    else request.destroy()
  }
  if (Math.random() < 0.5) socket.resetAndDestroy()
  else socket.end()
  await untilClosed(socket)
}

/** Heads that never end, and connections on which nothing is said: the gateway ends them. */
export const slowHead: Behaviour = async ({ hub: { port }, steady }) => {
  const silent = await say(port, '')
  const slow = await say(port, headOf(pick(steady), 'small', 'X-Slow: '))
  const timer = setInterval(() => slow.write('x'), 200)
  try {
    await Promise.all([silent, slow].map((socket) => untilClosed(socket, 4_000 * LIMITS.head)))
  } finally {
    clearInterval(timer)
    for (const socket of [silent, slow]) socket.destroy()
  }
}

/** Reads a little, ever so slowly, and then goes. */
export const slowReader: Behaviour = async ({ hub: { port }, steady }) => {
  const request = openRequest(port, pick(steady), 'huge').end()
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
  response.on('error', () => undefined)
  for (let n = 0; n < 20; n++) {
    response.read(64)
    await delay(150)
  }
  request.destroy()
}

/** Never reads the rest: the gateway ends it. */
export const lazyReader: Behaviour = async ({ hub: { port }, steady }) => {
  const socket = await say(port, `${headOf(pick(steady), 'huge')}\r\n`)
  await once(socket, 'data')
  socket.pause()
  await delay(3_000 * LIMITS.idle)
  const closed = untilClosed(socket, 5_000)
  await closed.finally(() => socket.destroy())
}

/** Servers that break off, or never begin: each gets the answer that it is owed. */
export const badAnswers: Behaviour = async ({ hub: { port }, steady }) => {
  const access = pick(steady)
  expectStatus(await ask(port, access, 'reset'), 502, 'a reset')
  expectStatus(await ask(port, access, 'nonsense'), 502, 'nonsense')
  for (const path of ['cut', 'half']) {
    const isWhole = await ask(port, access, path).then(
      () => true,
      (error: unknown) => {
        if (String(error).includes('too long')) throw error
        return false
      },
    )
    if (isWhole) throw new Error(`${path}: half an answer passed as a whole one`)
  }
  expectStatus(await ask(port, access, 'stall'), 504, 'a server that says nothing')
}

/** Whatever comes of it, it comes to an end. */
export const hopeful: Behaviour = async ({ hub: { port }, shaky }) => {
  const access = pick(shaky)
  const outcomes = await Promise.allSettled([
    ...['api/small', 'drip', 'download'].map((path) => ask(port, access, path)),
    openWebSocket(port, access).then(async (socket) => {
      await delay(2_000)
      socket.terminate()
    }),
  ])
  const late = outcomes.find(
    (outcome) => outcome.status === 'rejected' && String(outcome.reason).includes('too long'),
  )
  if (late !== undefined) throw new Error('a request to a broken server never ends')
}

/** Another one may have killed it a moment ago. */
function signalServer(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

export const breakServer: Behaviour = async ({ hub, shaky }) => {
  const access = pick(shaky)
  await hub.ready(access.user)
  const pid = await readSmall(hub.port, access).catch(() => undefined)
  if (pid === undefined) return
  const chance = Math.random()
  if (chance < 0.3) await ask(hub.port, access, 'die').catch(() => undefined)
  else if (chance < 0.6) signalServer(pid, 'SIGKILL')
  else {
    signalServer(pid, 'SIGSTOP')
    await delay(1_500 * LIMITS.firstByte)
    signalServer(pid, 'SIGCONT')
  }
  await delay(2_000)
}

export const restart: Behaviour = async ({ hub, restarted }) => {
  const access = pick(restarted)
  await hub.ready(access.user)
  const sockets = await Promise.all([1, 2, 3].map(() => openWebSocket(hub.port, access)))
  const stream = openRequest(hub.port, access, 'events').end()
  const [response] = (await once(stream, 'response')) as [NodeJS.ReadableStream]
  response.on('error', () => undefined)
  response.resume()
  const ended = allSoon(sockets.map((socket) => untilEnded(socket)))
  await hub.stopped(access.user)
  await ended
  stream.destroy()
  await hub.ready(access.user)
  await readSmall(hub.port, access)
}

export const revoke: Behaviour = async ({ hub, steady }) => {
  const { user } = pick(steady)
  const access = await hub.access(user)
  const sockets = await Promise.all([1, 2].map(() => openWebSocket(hub.port, access)))
  const stream = openRequest(hub.port, access, 'events').end()
  const [response] = (await once(stream, 'response')) as [NodeJS.ReadableStream]
  response.on('error', () => undefined)
  const cut = new Promise((resolve) => response.on('close', resolve))
  response.resume()
  const ended = allSoon(sockets.map((socket) => untilEnded(socket, 10_000)))
  await hub.gateway.api('DELETE', `/users/${user}/tokens/${access.id}`)
  const codes = await ended
  await within(cut, 10_000, 'an open answer is cut off')
  stream.destroy()
  if (codes.some((code) => code !== 1008)) throw new Error(`closed with ${codes.join(', ')}`)
  const { status } = await ask(hub.port, access, 'api/small')
  if (status !== 401 && status !== 403) throw new Error(`a revoked token gets ${status}`)
}
