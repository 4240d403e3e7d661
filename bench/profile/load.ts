import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'

const END = '\r\n\r\n'

/** How long each answer is, head and body, in bytes: the first one of a connection tells. */
async function answerLength(socket: Socket, request: Buffer): Promise<number> {
  socket.write(request)
  let text = ''
  for (;;) {
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    text += bytes.toString('latin1')
    const end = text.indexOf(END)
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1]
    if (end < 0) continue
    if (!text.startsWith('HTTP/1.1 200 ') || length === undefined) {
      throw new Error(`not the answer of the server:\n${text}`)
    }
    const whole = end + END.length + Number(length)
    if (text.length === whole) return whole
  }
}

function keepAsking(socket: Socket, request: Buffer, length: number, answered: () => void): void {
  let received = 0
  socket.on('data', (bytes) => {
    received += bytes.length
    if (received < length) return
    if (received > length) throw new Error('an answer is longer than the first')
    received = 0
    answered()
    socket.write(request)
  })
  socket.write(request)
}

/** Sends the same request over keep-alive connections, one under way on each, until it is stopped. */
export class Load implements Disposable {
  readonly #sockets: Socket[]
  /** Requests that were answered. */
  count = 0

  private constructor(sockets: Socket[]) {
    this.#sockets = sockets
  }

  /**
   * @param head the request's lines, without the empty one at the end
   * @throws Error when the first answers are not 200 with a `Content-Length`
   */
  static async open(port: number, connections: number, head: readonly string[]): Promise<Load> {
    const request = Buffer.from(`${head.join('\r\n')}${END}`, 'latin1')
    const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'))
    const load = new Load(sockets)
    try {
      const lengths = await Promise.all(sockets.map((socket) => answerLength(socket, request)))
      for (const [i, socket] of sockets.entries()) {
        keepAsking(socket.setNoDelay(), request, lengths[i] ?? 0, () => {
          load.count += 1
        })
      }
      return load
    } catch (error) {
      load[Symbol.dispose]()
      throw error
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
