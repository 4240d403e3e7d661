import { setTimeout as delay } from 'node:timers/promises'
import type WebSocket from 'ws'
import { echo, openWebSocket } from './client.ts'
import type { Access } from './hub.ts'
import type { Tally } from './tally.ts'

/** WebSockets that are being opened at a time. */
const AT_A_TIME = 20
/** Of all that are open, so many say something at a time. */
const TALKING = 1 / 100

/** Many WebSockets that stay open; some have traffic. None may be closed but by us. */
export class Audience {
  readonly #sockets: WebSocket[] = []
  readonly #tally: Tally
  #isLeaving = false

  constructor(tally: Tally) {
    this.#tally = tally
  }

  async come(port: number, accesses: readonly Access[], count: number): Promise<void> {
    let next = 0
    const usher = async (): Promise<void> => {
      while (next < count) {
        const access = accesses[next++ % accesses.length]
        if (access === undefined) return
        const socket = await openWebSocket(port, access)
        socket.on('close', (code) => this.#onClose(code))
        this.#sockets.push(socket)
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, usher))
  }

  /** Some of them say something, again and again, until it is time. */
  async talk(signal: AbortSignal): Promise<void> {
    const many = Math.max(1, Math.floor(this.#sockets.length * TALKING))
    for (let from = 0; !signal.aborted; from += many) {
      const talking = Array.from(
        { length: many },
        (_, n) => this.#sockets[(from + n) % this.#sockets.length],
      )
      const said = talking.map(async (socket) => {
        if (socket !== undefined) await echo(socket, 'y'.repeat(20 + Math.random() * 2_000))
        this.#tally.did('echoes of open WebSockets')
      })
      const failed = (await Promise.allSettled(said)).find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') this.#tally.fail('an open WebSocket', failed.reason)
      await delay(200)
    }
  }

  /** Half of them say goodbye, the others are gone. */
  leave(): void {
    this.#isLeaving = true
    for (const [n, socket] of this.#sockets.entries()) {
      if (n % 2 === 0) socket.close(1000)
      else socket.terminate()
    }
  }

  #onClose(code: number): void {
    if (!this.#isLeaving) this.#tally.fail('an open WebSocket', `was closed with ${code}`)
  }
}
