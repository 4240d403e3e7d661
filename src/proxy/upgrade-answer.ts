import { HubgateError } from '../base/errors.ts'
import type { AnswerHead } from './upstream/answer-head.ts'
import { readAnswerHead } from './upstream/answer-head.ts'
import { AnswerReader, MAX_HEAD, MAX_INTERIM } from './upstream/answer-reader.ts'
import { HeadBuffer } from './upstream/head-buffer.ts'
import { UpstreamFault } from './upstream/upstream-fault.ts'

/** Largest body of a server's refusal that is passed on, in bytes. */
const MAX_REFUSAL = 64 * 1024

/** A whole answer to an upgrade request. */
export interface UpgradeAnswer {
  readonly head: AnswerHead
  /** Behind a 101 the first bytes of the WebSocket, else the body. */
  readonly body: Buffer
}

/**
 * Reads what a server answers to an upgrade request, strictly (threats.md P4): a 101 up to its head,
 * anything else up to the end of its body.
 */
export class UpgradeAnswerReader {
  #begin: HeadBuffer | undefined
  #interim = 0
  #refusal: AnswerReader | undefined
  readonly #chunks: Buffer[] = []
  #size = 0

  /**
   * Reads on.
   * @param bytes to keep
   * @returns the answer once it is whole; what follows is not for here
   * @throws UpstreamFault when the server breaks a rule, HubgateError when it refuses at too great a
   * length
   */
  read(bytes: Buffer): UpgradeAnswer | undefined {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#refusal !== undefined) return this.#readRefusal(this.#refusal, rest)
      const begin = this.#begin ?? new HeadBuffer(MAX_HEAD)
      this.#begin = begin
      rest = rest.subarray(begin.add(rest))
      if (!begin.isComplete) return undefined
      this.#begin = undefined
      const text = begin.text()
      const head = readAnswerHead(text, 'GET')
      if (head.status === 101) return { head, body: rest }
      if (head.status >= 200) {
        const refusal = this.#openRefusal()
        const answer = this.#readRefusal(refusal, Buffer.from(`${text}\r\n`, 'latin1'))
        if (answer !== undefined) return answer
      } else if (++this.#interim > MAX_INTERIM) throw new UpstreamFault('too_many_interim')
    }
    return undefined
  }

  /** The server ended its side. @returns the answer if it is whole by that */
  end(): UpgradeAnswer | undefined {
    return this.#refusal?.end() === true ? this.#whole(this.#refusal) : undefined
  }

  #openRefusal(): AnswerReader {
    const take = (data: Buffer | string): void => {
      this.#size += data.length
      if (this.#size > MAX_REFUSAL) throw new HubgateError('upstream_failed')
      this.#chunks.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : data)
    }
    const ignore = (): void => undefined
    this.#refusal = new AnswerReader('GET', {
      onInterim: ignore,
      onHead: ignore,
      onData: take,
      onEnd: ignore,
    })
    return this.#refusal
  }

  #readRefusal(refusal: AnswerReader, bytes: Buffer): UpgradeAnswer | undefined {
    refusal.read(bytes, false)
    return refusal.isDone ? this.#whole(refusal) : undefined
  }

  #whole({ head }: AnswerReader): UpgradeAnswer | undefined {
    return head && { head, body: Buffer.concat(this.#chunks) }
  }
}
