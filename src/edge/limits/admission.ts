import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { seconds } from '../../base/clock.ts'
import type { Traffic } from '../../metrics/traffic.ts'
import type { AddressRule } from './address-limit.ts'
import { AddressLimit } from './address-limit.ts'

/** Milliseconds between two times that idle connections are closed to make room. */
const MAKE_ROOM_MS = seconds(1)

/** What {@link Admission} goes by; a part of the configuration in force. */
export interface AdmissionRule extends AddressRule {
  readonly limits: AddressRule['limits'] & { readonly connections: number }
}

export interface AdmissionOptions {
  server: Server
  config: () => AdmissionRule
  traffic: Pick<Traffic, 'socketOpened' | 'socketClosed' | 'rejected'>
}

/** Which connections are taken on (threats.md P44), and those that were and are open. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #sockets = new Set<Socket>()
  readonly #addresses = new AddressLimit()
  #madeRoomAt = Number.NEGATIVE_INFINITY

  constructor(options: AdmissionOptions) {
    this.#options = options
    // A worker would hand what it cannot take back to its supervisor, which would deal it again, for ever.
    const server: Server & { dropMaxConnection?: boolean } = options.server
    server.dropMaxConnection = true
    this.#setMost(options.config())
    options.server.on('connection', (socket: Socket) => this.#accept(socket))
    options.server.on('drop', () => this.#onDrop())
  }

  /** Cuts all connections. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #accept(socket: Socket): void {
    const { config, traffic } = this.#options
    const rule = config()
    this.#setMost(rule)
    const leave = this.#addresses.enter(socket.remoteAddress ?? '', rule)
    if (leave === undefined) {
      traffic.rejected('connections_per_address')
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    traffic.socketOpened('client')
    socket.once('close', () => {
      this.#sockets.delete(socket)
      traffic.socketClosed('client')
      leave()
    })
  }

  /** Node turns away what is above this before anything is made for it. */
  #setMost({ limits }: AdmissionRule): void {
    const { connections } = limits
    this.#options.server.maxConnections = connections === 0 ? Number.POSITIVE_INFINITY : connections
  }

  /** There is no room: what is idle ends, so that the next one finds some. */
  #onDrop(): void {
    const { config, server, traffic } = this.#options
    traffic.rejected('connections')
    this.#setMost(config())
    const now = performance.now()
    if (now - this.#madeRoomAt < MAKE_ROOM_MS) return
    this.#madeRoomAt = now
    server.closeIdleConnections()
  }
}
