// Sends what is measured, in a process of its own: what that costs is not the measured proxy's.
import { bytesOf, chunkedOf, SIZES, sha256 } from './bodies.ts'
import { EchoSocket, frameOf } from './echo-socket.ts'
import type { Answer } from './http-connection.ts'
import { HttpConnection } from './http-connection.ts'
import type { EchoOrder, IdleOrder, LoadResult, Order, Reply, RequestOrder } from './orders.ts'

const UPLOAD = bytesOf(SIZES.upload)
const BODIES = { sized: UPLOAD, chunked: chunkedOf(UPLOAD) }
const RECEIVED = JSON.stringify({ bytes: UPLOAD.length, sha256: sha256(UPLOAD) })

/** How many WebSockets are opened at a time. */
const OPENING = 32

const NONE: LoadResult = { elapsedMs: 0, latencies: new Float64Array() }

let idle: EchoSocket[] = []

function check(order: RequestOrder, { status, length, head, parts }: Answer): void {
  const body = order.upload === undefined ? undefined : Buffer.concat(parts).toString()
  const isRight = order.upload === undefined ? length === order.length : body === RECEIVED
  if (status === 200 && isRight) return
  throw new Error(`answered ${length} bytes ${body ?? ''} below ${head}`)
}

/** Which request comes next; undefined when there is none. */
function chooser({ heads, each, forMs }: RequestOrder, begin: number): () => string | undefined {
  let next = 0
  if (each) return () => heads[next++]
  const pick = (): string =>
    heads[heads.length === 1 ? 0 : Math.floor(Math.random() * heads.length)]!
  return () => (performance.now() - begin < forMs ? pick() : undefined)
}

async function sendRequests(order: RequestOrder): Promise<LoadResult> {
  const { port, upload, closes } = order
  const open = new Set<HttpConnection>()
  const connection = (): HttpConnection => {
    const made = new HttpConnection(port, upload !== undefined)
    open.add(made)
    return made
  }
  const body = upload === undefined ? undefined : BODIES[upload]
  const latencies: number[] = []
  const begin = performance.now()
  const next = chooser(order, begin)
  const overOne = async (): Promise<void> => {
    const one = connection()
    for (let head = next(); head !== undefined; head = next()) {
      const sent = performance.now()
      check(order, await one.send(head, body))
      latencies.push(performance.now() - sent)
    }
  }
  const overNew = async (): Promise<void> => {
    for (let head = next(); head !== undefined; head = next()) {
      const sent = performance.now()
      const one = connection()
      check(order, await one.send(head, body))
      await one.closed()
      open.delete(one)
      latencies.push(performance.now() - sent)
    }
  }
  try {
    await Promise.all(Array.from({ length: order.connections }, closes ? overNew : overOne))
    return { elapsedMs: performance.now() - begin, latencies: Float64Array.from(latencies) }
  } finally {
    for (const one of open) one.close()
  }
}

/** Sends messages over a socket, some of them under way at a time, until the time is over. */
function echo(
  socket: EchoSocket,
  frame: Buffer,
  order: EchoOrder,
  latencies: number[],
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const sent: number[] = []
  const end = performance.now() + order.forMs
  const send = (now: number): void => {
    sent.push(now)
    socket.send(frame)
  }
  socket.onFault = reject
  socket.onMessage = (length) => {
    const now = performance.now()
    if (length !== order.size) reject(new Error(`a message of ${length} bytes came back`))
    latencies.push(now - sent.shift()!)
    if (now < end) send(now)
    else if (sent.length === 0) resolve()
  }
  for (let n = 0; n < order.inFlight; n++) send(performance.now())
  return promise
}

async function sendMessages(order: EchoOrder): Promise<LoadResult> {
  const { port, head, sockets, size } = order
  const frame = frameOf(bytesOf(size))
  const open = Array.from({ length: sockets }, () => new EchoSocket(port, head))
  try {
    await Promise.all(open.map((socket) => socket.opened()))
    const latencies: number[] = []
    const begin = performance.now()
    await Promise.all(open.map((socket) => echo(socket, frame, order, latencies)))
    return { elapsedMs: performance.now() - begin, latencies: Float64Array.from(latencies) }
  } finally {
    for (const socket of open) socket.close()
  }
}

async function openIdle({ port, head, sockets }: IdleOrder): Promise<LoadResult> {
  const frame = frameOf(bytesOf(64))
  const order = { size: 64, inFlight: 1, forMs: 0 } as EchoOrder
  let left = sockets
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const socket = new EchoSocket(port, head)
      idle.push(socket)
      await socket.opened()
      await echo(socket, frame, order, [])
    }
  }
  await Promise.all(Array.from({ length: OPENING }, work))
  return NONE
}

function release(): LoadResult {
  for (const socket of idle) socket.close()
  idle = []
  return NONE
}

function carryOut(order: Order): Promise<LoadResult> | LoadResult {
  if (order.kind === 'requests') return sendRequests(order)
  if (order.kind === 'echo') return sendMessages(order)
  if (order.kind === 'idle') return openIdle(order)
  return release()
}

const reply = (text: Reply): void => {
  process.send?.(text)
}

process.on('message', (order: Order) => {
  void (async () => carryOut(order))().then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: String(error) }),
  )
})
