import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** One side of a TCP connection that remembers every byte it was sent. */
export class RawConnection {
  readonly socket: Socket
  /** Resolves when the connection is closed for good, however that came about. */
  readonly closed: Promise<void>
  #chunks: Buffer[] = []

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  /** Everything received so far, one char a byte. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString('latin1')
  }

  /** Waits until what was received matches; rejects when the connection closes before that. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) {
      if (this.socket.destroyed) throw new Error(`closed before ${pattern}: ${this.text}`)
      const signal = new AbortController()
      await Promise.race([
        once(this.socket, 'data', signal),
        once(this.socket, 'close', signal),
      ]).finally(() => signal.abort())
    }
    return this.text
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }
}

export interface RawUpstream {
  url: string
  connections: RawConnection[]
  /** Waits for the n-th connection, counted from 0. */
  connection(index: number): Promise<RawConnection>
}

/**
 * A TCP server that answers nothing by itself but what `onRequest` writes.
 * @param pattern what must have arrived before: a head when left out
 * @param allowHalfOpen it does not close its side when the other does
 */
export async function rawUpstream(
  onRequest?: (connection: RawConnection, count: number) => void,
  pattern = /\r\n\r\n/,
  allowHalfOpen = false,
): Promise<RawUpstream> {
  const connections: RawConnection[] = []
  const server = createServer({ allowHalfOpen }, (socket) => {
    const connection = new RawConnection(socket)
    const count = connections.push(connection) - 1
    if (onRequest === undefined) return
    connection.until(pattern).then(
      () => onRequest(connection, count),
      () => undefined,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const { socket } of connections) socket.destroy()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    async connection(index) {
      while (connections[index] === undefined) await once(server, 'connection')
      return connections[index]
    },
  }
}

/** Connects to the harness and sends bytes as they are. */
export function rawClient(port: number, text: string): RawConnection {
  const socket = connect({ port, host: '127.0.0.1' })
  onTestFinished(() => {
    socket.destroy()
  })
  const client = new RawConnection(socket)
  client.send(text)
  return client
}
