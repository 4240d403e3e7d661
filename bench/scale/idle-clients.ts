// WebSockets that say nothing but answer pings, in a process of its own: told a gateway, whose
// servers and how many, it opens them and tells how many are open.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { headOf, UPGRADE } from '../soak/client.ts'
import type { Access } from '../soak/hub.ts'

/** How many are being opened at a time. */
const AT_A_TIME = 50
/** An empty pong, masked with zeros (RFC 6455 §5.5.3), and the beginning of a ping without data. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])
const PING = 0x89

export interface IdleOrder {
  port: number
  accesses: readonly Access[]
  count: number
}

let open = 0

async function openIdle(port: number, access: Access): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  socket.write(headOf(access, 'socket', UPGRADE), 'latin1')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(answer.toString())
  socket.on('data', (bytes) => {
    for (let at = 0; at + 1 < bytes.length; at += 2) if (bytes[at] === PING) socket.write(PONG)
  })
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
