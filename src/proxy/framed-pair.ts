import type { Socket } from 'node:net'
import { seconds } from '../base/clock.ts'
import { closeFrame, maskedCloseFrame } from './close-frame.ts'
import type { Ending } from './endings.ts'
import { ENDINGS } from './endings.ts'
import { FrameTracker } from './frame-tracker.ts'

/** How long the frame that is under way may take to end, in milliseconds. */
const FRAME_END_MS = seconds(1)
/** How long the client may take to answer our Close frame, in milliseconds. */
const ANSWER_MS = seconds(1)
/** What a server is told whose client is sent away: it went away. */
const GOING_AWAY = 1001

/**
 * The two sides of a WebSocket that are piped into each other. It only watches where frames end,
 * until the WebSocket is to be closed: then the client gets a Close frame of ours in between two of
 * the server's, or is cut off, but never a mixture.
 */
export class FramedPair {
  readonly #client: Socket
  readonly #server: Socket
  readonly #toClient = new FrameTracker()
  readonly #toServer = new FrameTracker()
  #state: 'piped' | 'frame-ends' | 'said' = 'piped'
  #notice: Buffer = Buffer.alloc(0)
  /** Whether the server can be sent a frame; only of meaning once nothing is piped to it. */
  #serverListens = false
  #deadline: NodeJS.Timeout | undefined

  /** To be called in the turn in which the sides were piped into each other, behind that. */
  constructor(client: Socket, server: Socket) {
    this.#client = client
    this.#server = server
    client.on('data', (chunk: Buffer) => this.#onClientData(chunk))
    server.on('data', (chunk: Buffer) => this.#onServerData(chunk))
    server.prependOnceListener('end', () => this.#tellLoss())
    client.once('end', () => {
      if (this.#state !== 'piped') client.destroySoon()
    })
    const onClosed = (): void => {
      if (client.destroyed && server.destroyed) clearTimeout(this.#deadline)
    }
    client.once('close', onClosed)
    server.once('close', onClosed)
  }

  /**
   * Closes both sides: at once towards the server, whom the client reaches no more, and with a Close
   * frame towards the client, who gets a second to answer. A frame that is under way to the client
   * gets a second to end; if it does not, the client is cut off. Calling it again is harmless.
   */
  close(ending: Ending): void {
    if (this.#state !== 'piped') {
      if (this.#deadline === undefined) this.#wait(ANSWER_MS)
      return
    }
    this.#notice = closeFrame(ending.code, ending.reason)
    this.#state = 'frame-ends'
    this.#client.unpipe(this.#server)
    this.#serverListens = this.#toServer.atBorder && !this.#toServer.closed
    this.#server.unpipe(this.#client)
    this.#client.resume()
    this.#server.resume()
    if (this.#toClient.atBorder) this.#say()
    else this.#wait(FRAME_END_MS)
  }

  /** Lets the client go after the server's connection broke. */
  serverLost(): void {
    this.#tellLoss()
    this.#client.destroySoon()
    this.#wait(ANSWER_MS)
  }

  /** Cuts both sides off. */
  destroy(): void {
    clearTimeout(this.#deadline)
    this.#server.destroy()
    this.#client.destroy()
  }

  /** What is piped was written to the server before it comes here. */
  #onClientData(chunk: Buffer): void {
    this.#toServer.take(chunk)
    if (this.#state === 'said' && this.#toServer.closed) this.#client.destroySoon()
  }

  /** What is piped was written to the client before it comes here. */
  #onServerData(chunk: Buffer): void {
    if (this.#state === 'piped') this.#toClient.take(chunk)
    else if (this.#state === 'frame-ends') this.#finishFrame(chunk)
  }

  #finishFrame(chunk: Buffer): void {
    const rest = this.#toClient.takeRest(chunk)
    if (!this.#client.writable) return
    const isFlowing = this.#client.write(chunk.subarray(0, rest))
    if (this.#toClient.atBorder) this.#say()
    else if (!isFlowing) {
      this.#server.pause()
      this.#client.once('drain', () => this.#server.resume())
    }
  }

  #say(): void {
    this.#state = 'said'
    if (this.#client.writable && !this.#toClient.closed) this.#client.write(this.#notice)
    if (this.#server.writable) {
      if (this.#serverListens) this.#server.write(maskedCloseFrame(GOING_AWAY))
      this.#server.end()
    }
    if (this.#toServer.closed) this.#client.destroySoon()
    this.#wait(ANSWER_MS)
  }

  /** Unless one of the sides has said that it closes. */
  #tellLoss(): void {
    if (this.#state !== 'piped' || !this.#client.writable) return
    if (!this.#toClient.atBorder || this.#toClient.closed || this.#toServer.closed) return
    this.#state = 'said'
    this.#client.write(closeFrame(ENDINGS.lost.code, ENDINGS.lost.reason))
    this.#client.unpipe(this.#server)
    this.#client.resume()
  }

  #wait(ms: number): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => this.destroy(), ms)
  }
}
