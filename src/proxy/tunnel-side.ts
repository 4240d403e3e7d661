import type { Socket } from 'node:net'
import { FrameTracker } from './frame-tracker.ts'

/** One side of a WebSocket that is passed on. */
export class Side {
  readonly socket: Socket
  /** Follows the frames that come from it. */
  readonly frames = new FrameTracker()
  /** When its silence is to be looked at, on the clock of the ticker. */
  due = Infinity
  /** Whether it has been asked whether it is there, and not been heard since. */
  isAsked = false
  /** Whether a pong that answers our ping may still come. */
  awaitsPong = false
  /** Whether we do not read from it, because the other side takes no more. */
  isPaused = false

  constructor(socket: Socket) {
    this.socket = socket
  }

  pause(): void {
    this.isPaused = true
    this.socket.pause()
  }

  /** Reads from it, again if it was paused. */
  read(): void {
    this.isPaused = false
    this.socket.resume()
  }
}
