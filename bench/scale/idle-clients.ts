// WebSockets that say nothing but answer pings, in a process of its own: told a gateway, whose
// servers and how many, it opens them and tells how many are open.
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { headOf, UPGRADE } from '../soak/client.ts'
import type { Access } from '../soak/hub.ts'

/** How many are being opened at a time. */
const AT_A_TIME = 50
/** RFC 6455 §5.2: a whole ping, a whole pong, the bit of a masked payload. */
const PING = 0x89
const PONG = 0x8a
const MASKED = 0x80

export interface IdleOrder {
  port: number
  accesses: readonly Access[]
  count: number
}

let open = 0

/** Answers the pings of a piece, as a browser does: with their payload, here masked with zeros. */
function answerPings(socket: Socket, bytes: Buffer): void {
  for (let at = 0; at + 1 < bytes.length; ) {
    const length = bytes[at + 1] ?? 0
    const payload = bytes.subarray(at + 2, at + 2 + length)
    if (bytes[at] === PING) {
      socket.write(Buffer.concat([Buffer.of(PONG, MASKED | length, 0, 0, 0, 0), payload]))
    }
    at += 2 + length
  }
}

async function openIdle(port: number, access: Access): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  socket.write(headOf(access, 'socket', UPGRADE), 'latin1')
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve)
    socket.once('close', () => reject(new Error('closed before the handshake was answered')))
  })
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(answer.toString())
  socket.on('data', (bytes) => answerPings(socket, bytes))
  open++
  socket.on('close', () => open--)
  return socket
}

process.on('message', (order: IdleOrder | 'count') => {
  if (order === 'count') {
    process.send?.(open)
    return
  }
  let next = 0
  const opener = async (): Promise<void> => {
    while (next < order.count) {
      const access = order.accesses[next++ % order.accesses.length]
      if (access !== undefined) await openIdle(order.port, access)
    }
  }
  Promise.all(Array.from({ length: AT_A_TIME }, opener)).then(
    () => process.send?.(open),
    (error: unknown) => process.send?.(String(error)),
  )
})
