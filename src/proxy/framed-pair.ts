import type { Socket } from 'node:net'
import { seconds } from '../base/clock.ts'
import type { Outcome } from '../metrics/traffic.ts'
import type { UseMeter } from './activity.ts'
import { closeFrame, maskedCloseFrame } from './close-frame.ts'
import type { Ending } from './endings.ts'
import { ENDINGS } from './endings.ts'
import type { Silence } from './heartbeat.ts'
import { Heartbeat } from './heartbeat.ts'
import type { ProxyTimeouts } from './passage.ts'
import { withoutOwnPong } from './ping-frame.ts'
import { Side } from './tunnel-side.ts'
import { writeAndFree } from './upstream/free-memory.ts'

/** How long the frame that is under way may take to end, in milliseconds. */
const FRAME_END_MS = seconds(1)
/** How long the client may take to answer our Close frame, in milliseconds. */
const ANSWER_MS = seconds(1)
/** How long one side may stay open after the other has closed, in milliseconds. */
const LINGER_MS = seconds(5)
/** What a server is told whose client is sent away: it went away. */
const GOING_AWAY = 1001

/** Who is told of what happens to a pair. */
export interface PairOwner {
  /** A side was silent for too long: the pair is being closed. */
  onSilence(silence: Silence): void
  /** How it ends, once. */
  onOutcome(outcome: Outcome): void
}

/**
 * The two sides of a WebSocket: what comes from one is written to the other, no faster than that takes
 * it. It watches where frames end, so that frames of ours, pings and the last word when the WebSocket
 * is to be closed, come in between two others and never make a mixture.
 */
export class FramedPair {
  readonly #client: Side
  readonly #server: Side
  readonly #meter: UseMeter | undefined
  readonly #owner: PairOwner
  readonly #heartbeat: Heartbeat
  #state: 'open' | 'frame-ends' | 'said' = 'open'
  #notice: Buffer | undefined
  /** Whether the server can be sent a frame; only of meaning once nothing is passed to it. */
  #serverListens = false
  #deadline: NodeJS.Timeout | undefined
  #isOver = false

  /**
   * Begins to read from the client.
   * @param server what it sends goes to {@link fromServer}
   */
  constructor(
    client: Socket,
    server: Socket,
    timeouts: ProxyTimeouts,
    meter: UseMeter | undefined,
    owner: PairOwner,
  ) {
    this.#client = new Side(client)
    this.#server = new Side(server)
    this.#meter = meter
    this.#owner = owner
    this.#heartbeat = new Heartbeat(this.#client, this.#server, timeouts, (silence) =>
      this.#onSilence(silence),
    )
    server.on('end', () => this.#onServerLost())
    server.on('close', () => this.#onServerLost())
    client.on('end', () => this.#onClientEnd())
    client.on('close', () => this.#onClientClosed())
    client.on('data', (chunk: Buffer) => this.#fromClient(chunk))
  }

  /** Takes what the server sends. */
  fromServer(chunk: Buffer): void {
    if (this.#state === 'open') this.#pass(this.#server, this.#client, chunk)
    else if (this.#state === 'frame-ends') this.#finishFrame(chunk)
  }

  /**
   * Closes both sides: at once towards the server, whom the client reaches no more, and with a Close
   * frame towards the client, who gets a second to answer. A frame that is under way to the client
   * gets a second to end; if it does not, the client is cut off. Calling it again is harmless.
   */
  close(ending: Ending, outcome: Outcome = 'ended'): void {
    this.#end(outcome)
    if (this.#state !== 'open') {
      if (this.#deadline === undefined) this.#wait(ANSWER_MS)
      return
    }
    this.#notice = closeFrame(ending.code, ending.reason)
    this.#state = 'frame-ends'
    this.#serverListens = this.#client.frames.atBorder && !this.#client.frames.closed
    this.#client.read()
    this.#server.read()
    if (this.#server.frames.atBorder) this.#say()
    else this.#wait(FRAME_END_MS)
  }

  /** Cuts both sides off. */
  destroy(): void {
    clearTimeout(this.#deadline)
    this.#server.socket.destroy()
    this.#client.socket.destroy()
  }

  get #isClosing(): boolean {
    return this.#client.frames.closed || this.#server.frames.closed
  }

  #fromClient(chunk: Buffer): void {
    if (this.#state === 'open') this.#pass(this.#client, this.#server, chunk)
    else {
      this.#client.frames.take(chunk)
      if (this.#state === 'said' && this.#client.frames.closed) this.#client.socket.destroySoon()
    }
  }

  #pass(from: Side, to: Side, chunk: Buffer): void {
    const meter = from === this.#client && this.#meter?.isDue === true ? this.#meter : undefined
    const starts = from.awaitsPong || meter !== undefined ? [] : undefined
    const wasInData = from.frames.inData
    const hasData = from.frames.take(chunk, starts)
    this.#heartbeat.heard(from)
    if (hasData) this.#heartbeat.used()
    if (starts === undefined) this.#write(from, to, chunk)
    else {
      if (hasData) meter?.take(chunk, starts, wasInData)
      this.#write(from, to, unasked(from, chunk, starts))
    }
  }

  /** No faster than it is taken: a side is not read from while the other holds back. */
  #write(from: Side, to: Side, chunk: Buffer): void {
    if (!to.socket.writable || writeAndFree(to.socket, chunk)) return
    from.pause()
    to.socket.once('drain', () => {
      this.#heartbeat.heard(to)
      from.read()
    })
  }

  #finishFrame(chunk: Buffer): void {
    const rest = this.#server.frames.takeRest(chunk)
    this.#write(this.#server, this.#client, chunk.subarray(0, rest))
    if (this.#server.frames.atBorder) this.#say()
  }

  #say(): void {
    this.#state = 'said'
    const [client, server] = [this.#client.socket, this.#server.socket]
    if (client.writable && !this.#server.frames.closed && this.#notice !== undefined) {
      client.write(this.#notice)
    }
    if (server.writable) {
      if (this.#serverListens) server.write(maskedCloseFrame(GOING_AWAY))
      server.end()
    }
    if (this.#client.frames.closed) client.destroySoon()
    this.#wait(ANSWER_MS)
  }

  #onSilence(silence: Silence): void {
    this.#owner.onSilence(silence)
    if (silence === 'idle') this.close(ENDINGS.idle)
    else if (silence === 'client') this.close(ENDINGS.silent, 'client_gone')
    else if (silence === 'server') this.close(ENDINGS.stalled, 'upstream_timeout')
    else this.destroy()
  }

  /** The server's side ended: the client is told, unless one of them has said that it closes. */
  #onServerLost(): void {
    if (this.#client.socket.destroyed && this.#server.socket.destroyed) clearTimeout(this.#deadline)
    if (this.#state === 'said') return
    this.#end(this.#isClosing ? 'whole' : 'upstream_failed')
    const { socket } = this.#client
    const mayTell = this.#state === 'open' && this.#server.frames.atBorder && !this.#isClosing
    this.#state = 'said'
    if (mayTell && socket.writable) {
      socket.write(closeFrame(ENDINGS.lost.code, ENDINGS.lost.reason))
    }
    socket.end()
    // What the client still sends has nowhere to go, but must not keep its end from being seen.
    this.#client.read()
    this.#wait(LINGER_MS)
  }

  #onClientEnd(): void {
    if (this.#state !== 'open') {
      this.#client.socket.destroySoon()
      return
    }
    this.#end(this.#isClosing ? 'whole' : 'client_gone')
    this.#server.socket.end()
    this.#wait(LINGER_MS)
  }

  #onClientClosed(): void {
    this.#end(this.#isClosing ? 'whole' : 'client_gone')
    this.#state = 'said'
    clearTimeout(this.#deadline)
    if (this.#server.socket.destroyed) return
    this.#server.socket.destroySoon()
    this.#wait(LINGER_MS)
  }

  #end(outcome: Outcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#heartbeat.stop()
    this.#owner.onOutcome(outcome)
  }

  #wait(ms: number): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => this.destroy(), ms)
  }
}

/** What the other side gets of a chunk: not the pong that answers our own ping. */
function unasked(from: Side, chunk: Buffer, starts: readonly number[]): Buffer {
  if (!from.awaitsPong) return chunk
  const rest = withoutOwnPong(chunk, starts)
  if (rest !== chunk) from.awaitsPong = false
  return rest
}
