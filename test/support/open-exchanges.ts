import type { IncomingMessage } from 'node:http'
import { get } from 'node:http'
import { WebSocket } from 'ws'
import { eventually } from './gateway-process.ts'

/** Milliseconds within which everything that a credential opened must be closed. */
export const BOUND_MS = 5_000

type Headers = Record<string, string>

/** What somebody has open to a server: a WebSocket, an event stream and a download. */
export class Open {
  readonly socket: WebSocket
  readonly #answers: IncomingMessage[] = []
  readonly #ended = new Set<IncomingMessage>()
  readonly #heard: string[] = []
  /** The close code and the reason, once it is closed. */
  closed: [code: number, reason: string] | undefined
  #count = 0

  private constructor(base: string, headers: Headers) {
    this.socket = new WebSocket(`${base.replace('http', 'ws')}ws`, { headers })
    this.socket.on('error', () => undefined)
    this.socket.on('message', (data: Buffer) => this.#heard.push(data.toString()))
    this.socket.on('close', (code, reason) => {
      this.closed = [code, reason.toString()]
    })
  }

  /**
   * Opens all three and waits until they work.
   * @param base the server's URL, with a slash at the end; it is test/support/upstream-app.ts
   */
  static async at(base: string, headers: Headers): Promise<Open> {
    const open = new Open(base, headers)
    await open.#answer(`${base}endless`, headers)
    const download = await open.#answer(`${base}download?mb=1000`, headers)
    download.pause()
    await open.works()
    return open
  }

  async #answer(url: string, headers: Headers): Promise<IncomingMessage> {
    const answer = await new Promise<IncomingMessage>((done, failed) => {
      get(url, { headers, agent: false }, done).on('error', failed)
    })
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`)
    answer.on('error', () => undefined)
    answer.on('close', () => this.#ended.add(answer))
    this.#answers.push(answer.resume())
    return answer
  }

  /** How many of the HTTP answers are over. */
  get endedStreams(): number {
    // A client that does not read does not see the end.
    if (this.closed !== undefined) for (const answer of this.#answers) answer.resume()
    return this.#ended.size
  }

  /** The server answers over the WebSocket. */
  async works(): Promise<void> {
    const text = `message ${this.#count++}`
    await eventually('it opens', () => this.socket.readyState !== WebSocket.CONNECTING)
    this.socket.send(text)
    await eventually('it is echoed', () => this.#heard.includes(text), BOUND_MS)
  }

  /** Waits until all is closed. */
  async ends(withinMs = BOUND_MS): Promise<[number, string] | undefined> {
    const started = Date.now()
    await eventually('the WebSocket closes', () => this.closed, withinMs)
    const left = withinMs - (Date.now() - started)
    await eventually('the streams end', () => this.endedStreams === 2, left)
    return this.closed
  }

  end(): void {
    this.socket.terminate()
    for (const answer of this.#answers) answer.destroy()
  }
}
