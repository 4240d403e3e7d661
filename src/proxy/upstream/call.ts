import type { AnswerParts } from './answer-reader.ts'

/** What a call may do with the connection that it goes over, until its answer is complete. */
export interface CallConnection {
  /**
   * @param chunk given away: its memory is freed once it is written
   * @returns whether it takes more at once; if not, {@link SendableBody.resume} follows
   */
  writeBody(chunk: Buffer): boolean
  /** The request's body is complete. */
  endBody(): void
  /** Reads no more of the answer until {@link resume}. */
  pause(): void
  resume(): void
  /** Ends the connection, and what it is used for, without a word. */
  destroy(): void
}

/** A body that a request sends. */
export interface SendableBody {
  /** Begins to write to the connection, and to listen whether it takes more. */
  flowTo(connection: CallConnection): void
  resume(): void
}

/** A request as it is sent, and where its answer goes. */
export interface Call extends AnswerParts {
  readonly method: string
  /** Request line and fields, complete. */
  readonly head: string
  readonly isChunked: boolean
  readonly body: SendableBody | undefined
  /** Whether all that it was told of the answer has been written, so that nobody reads it again. */
  readonly isWritten: boolean
  /** It goes over this connection, which may be one after another that failed. */
  onConnection(connection: CallConnection): void
  /** It failed; nothing follows. */
  onFault(error: Error): void
}
