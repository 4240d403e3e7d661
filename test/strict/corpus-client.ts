import type { RawConnection } from '../proxy/raw-connection.ts'
import type { Gate } from './support/gate.ts'
import type { Message } from './support/messages.ts'
import { takeResponse, valuesOf } from './support/messages.ts'

/** Sends requests one after the other on a connection that it keeps as long as the gateway does. */
class Keeper {
  readonly #gate: Gate
  readonly #headers: string
  #connection: RawConnection | undefined
  #read = 0

  constructor(gate: Gate, headers: string) {
    this.#gate = gate
    this.#headers = headers
  }

  async ask(target: string): Promise<Message> {
    const bytes = `GET ${target} HTTP/1.1\r\nHost: hub.example\r\n${this.#headers}\r\n\r\n`
    const connection = this.#send(bytes)
    for (;;) {
      const { closed } = connection.socket
      const taken = takeResponse(connection.text.slice(this.#read), 'GET', closed)
      if (taken !== null) {
        this.#read = connection.text.length - taken.rest.length
        if (valuesOf(taken.message, 'connection').includes('close')) this.end()
        return taken.message
      }
      if (closed) throw new Error(`no answer to ${target}: ${connection.text.slice(this.#read)}`)
      await new Promise<void>((resolve) => {
        const { socket } = connection
        const go = (): void => {
          socket.off('data', go).off('close', go)
          resolve()
        }
        socket.once('data', go).once('close', go)
      })
    }
  }

  end(): void {
    this.#connection?.socket.destroy()
    this.#connection = undefined
  }

  /** Begins anew from time to time, too: what a connection was sent is kept as long as it is there. */
  #send(bytes: string): RawConnection {
    if (this.#read > 16_000) this.end()
    if (this.#connection?.socket.destroyed === false) this.#connection.send(bytes)
    else {
      this.#connection = this.#gate.client(bytes)
      this.#read = 0
    }
    return this.#connection
  }
}

/**
 * Sends all targets, `width` at a time, each on a keep-alive connection.
 * @param headers lines of each request, without `Host`
 * @returns what each is answered, in order
 */
export async function askAll(
  gate: Gate,
  targets: readonly string[],
  headers: string,
  width: number,
): Promise<Message[]> {
  const answers: Message[] = []
  let next = 0
  async function work(): Promise<void> {
    const keeper = new Keeper(gate, headers)
    for (let at = next++; at < targets.length; at = next++) {
      answers[at] = await keeper.ask(targets[at] ?? '')
    }
    keeper.end()
  }
  await Promise.all(Array.from({ length: width }, work))
  return answers
}
