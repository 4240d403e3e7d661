import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { RawConnection } from '../../proxy/raw-connection.ts'
import type { Message } from './messages.ts'
import { takeRequest } from './messages.ts'

/** A request as it arrived, and on which connection (counted from 0). */
export interface Recorded extends Message {
  method: string
  target: string
  connection: number
}

/**
 * What to send for a request: bytes, or null for whatever the function did itself.
 * @param socket where it came in
 */
export type Answer = (request: Recorded, socket: Socket) => string | null

/** A connection to a recorder, and how many of its bytes are forgotten. */
interface RecordedConnection {
  raw: RawConnection
  forgotten: number
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

export const answerOk: Answer = () => OK

/** Whether a request is the spawner's question whether the server is up. */
function isProbe({ target, headers }: Recorded): boolean {
  const isAsked = target.endsWith('/api') && !headers.some(([name]) => /^x-forwarded/i.test(name))
  return isAsked && headers.length <= 3
}

/**
 * A server that keeps every byte it is sent, and reads requests by the strictest grammar: the oracle
 * for what the gateway passed on.
 */
export class Recorder implements AsyncDisposable {
  readonly #server: Server
  #answer: Answer = answerOk
  #onConnected: ((socket: Socket) => void) | undefined
  #connections: RecordedConnection[] = []
  #requests: Recorded[] = []
  #seen = 0
  #faults: string[] = []

  private constructor() {
    this.#server = createServer((socket) => this.#onConnection(socket))
  }

  /** @param port 0 for any */
  static async listen(port = 0): Promise<Recorder> {
    const recorder = new Recorder()
    recorder.#server.listen(port, '127.0.0.1')
    await once(recorder.#server, 'listening')
    return recorder
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Requests that arrived, in order of their ends. */
  get requests(): readonly Recorded[] {
    return this.#requests
  }

  /** How many connections there were since the last {@link reset}, with those that were open then. */
  get connections(): number {
    return this.#connections.length
  }

  /** How many connections are open now. */
  get open(): number {
    return this.#connections.filter(({ raw }) => !raw.socket.destroyed).length
  }

  /** The connection that was made last. */
  get latest(): Socket | undefined {
    return this.#connections.at(-1)?.raw.socket
  }

  /** What could not be read as requests. */
  get faults(): readonly string[] {
    return this.#faults
  }

  /** Every byte that came in, of all connections. */
  get bytes(): string {
    return this.#connections.map(({ raw, forgotten }) => raw.text.slice(forgotten)).join('')
  }

  /** How many bytes of its connections it remembers, of those that were forgotten as well. */
  get kept(): number {
    return this.#connections.reduce((sum, { raw }) => sum + raw.socket.bytesRead, 0)
  }

  /** Sets what requests are answered from now on. */
  answers(answer: Answer | string): void {
    this.#answer = typeof answer === 'string' ? () => answer : answer
  }

  /** Sets what is done to connections as soon as they are made, until the next {@link reset}. */
  connects(hook: (socket: Socket) => void): void {
    this.#onConnected = hook
  }

  /** Refuses connections while something is done, and ends those that there are. */
  async refusing(during: () => Promise<void>): Promise<void> {
    const { port } = this
    const closed = once(this.#server, 'close')
    this.#server.close()
    await this.hangUp()
    await closed
    try {
      await during()
    } finally {
      this.#server.listen(port, '127.0.0.1')
      await once(this.#server, 'listening')
    }
  }

  /** Forgets everything and answers `200 ok` again. Connections stay: an end would be told late. */
  reset(): void {
    this.#connections = this.#connections.filter(({ raw }) => !raw.socket.destroyed)
    for (const connection of this.#connections) connection.forgotten = connection.raw.text.length
    this.#requests = []
    this.#faults = []
    this.#answer = answerOk
    this.#onConnected = undefined
  }

  /** Ends all connections. */
  async hangUp(): Promise<void> {
    const open = this.#connections.map(({ raw }) => raw)
    for (const { socket } of open) socket.destroy()
    await Promise.all(open.map(({ closed }) => closed))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    await this.hangUp()
  }

  #onConnection(socket: Socket): void {
    const connection = new RawConnection(socket)
    const index = this.#seen++
    this.#connections.push({ raw: connection, forgotten: 0 })
    let read = 0
    const onData = (): void => {
      try {
        for (;;) {
          const taken = takeRequest(connection.text.slice(read))
          if (taken === null) return
          read = connection.text.length - taken.rest.length
          this.#onRequest(taken.message, socket, index)
        }
      } catch (error) {
        this.#faults.push(String(error))
        socket.off('data', onData)
        socket.destroy()
      }
    }
    socket.on('data', onData)
    this.#onConnected?.(socket)
  }

  #onRequest(message: Message, socket: Socket, connection: number): void {
    const [method = '', target = ''] = message.start.split(' ')
    const request: Recorded = { ...message, method, target, connection }
    if (isProbe(request)) {
      socket.end(OK)
      return
    }
    this.#requests.push(request)
    const answer = this.#answer(request, socket)
    if (answer !== null) socket.write(answer, 'latin1')
  }
}
