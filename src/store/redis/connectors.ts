import type { Socket } from 'node:net'
import { createConnection } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { connect } from 'node:tls'
import type { SentinelConnectionOptions } from 'ioredis'
import { AbstractConnector, SentinelConnector } from 'ioredis'

interface SocketOptions {
  host?: string
  port?: number
  tls?: ConnectionOptions
  disconnectTimeout?: number
}

type Reporter = Parameters<SentinelConnector['connect']>[0]

/**
 * Connects as the connectors of ioredis do, but those hear the first error of a socket only: a
 * second one, which TLS has at times, would end the process.
 */
export class SocketConnector extends AbstractConnector {
  readonly #options: SocketOptions

  /** @param options those of the client, as ioredis hands them to any connector */
  constructor(options: unknown) {
    const own = options as SocketOptions
    super(own.disconnectTimeout ?? 0)
    this.#options = own
  }

  override connect(_report: Reporter): Promise<Socket> {
    const { host = 'localhost', port = 6379, tls } = this.#options
    const socket = tls ? connect({ host, port, ...tls }) : createConnection({ host, port })
    socket.once('error', (error) => {
      this.firstError = error
    })
    this.stream = survive(socket)
    return Promise.resolve(socket)
  }
}

/** Asks Sentinels for the server, with the same care. */
export class SurvivingSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions)
    surviveSentinels(this)
  }

  override async connect(report: Reporter): Promise<Socket> {
    return survive((await super.connect(report)) as Socket)
  }
}

function survive(socket: Socket): Socket {
  return socket.on('error', () => undefined)
}

/** The connections to the Sentinels themselves are made by a method that no option reaches. */
function surviveSentinels(connector: object): void {
  const opener = connector as {
    connectToSentinel?: (address: unknown, options?: object) => unknown
  }
  const open = opener.connectToSentinel?.bind(connector)
  if (open === undefined) return
  opener.connectToSentinel = (address, options) =>
    open(address, { ...options, Connector: SocketConnector })
}
