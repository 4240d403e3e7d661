import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { RawConnection } from '../../proxy/raw-connection.ts'
import { eventually, GatewayProcess } from '../../support/gateway-process.ts'
import type { ConfigInput } from '../../support/hub.ts'
import type { Message } from './messages.ts'
import { allResponses } from './messages.ts'
import { Recorder } from './recorder.ts'

/** A process that listens to nothing: the test listens in its place, on the port it was given. */
const PLACEHOLDER = 'echo {port} >"$HOME/port.{servername}"; exec sleep 100000'

/** How long an answer may take, in milliseconds; generous, for slow machines. */
const PATIENCE_MS = 25_000

/** A server's full name; `ada/` is ada's default one. */
export type ServerName = `${string}/${string}`

/** A real gateway whose users' servers are recorders in the test's own process. */
export class Gate implements AsyncDisposable {
  #gateway: GatewayProcess | undefined
  readonly #recorders = new Map<ServerName, Recorder>()
  readonly #tokens = new Map<ServerName, string>()
  readonly #clients = new Set<RawConnection>()

  /** @param servers those to start, each behind a recorder */
  static async open(servers: readonly ServerName[], config: ConfigInput = {}): Promise<Gate> {
    const gate = new Gate()
    try {
      await gate.start(servers, config)
    } catch (error) {
      await gate[Symbol.asyncDispose]()
      throw error
    }
    return gate
  }

  /**
   * Starts the gateway, once. What was started is there to be disposed of, also when this rejects.
   * @param servers those to start, each behind a recorder
   */
  async start(servers: readonly ServerName[], config: ConfigInput = {}): Promise<void> {
    this.#gateway = await GatewayProcess.start({
      spawner: {
        kind: 'process',
        cmd: ['/bin/sh', '-c', PLACEHOLDER],
        poll_interval: 3_600,
        http_timeout: 120,
      },
      ...config,
    })
    await Promise.all(servers.map((name) => this.#startServer(name)))
  }

  /** @throws Error before it was started */
  get gateway(): GatewayProcess {
    if (this.#gateway === undefined) throw new Error('the gateway was not started')
    return this.#gateway
  }

  get port(): number {
    return this.gateway.port
  }

  /** The recorder in a server's place. */
  at(name: ServerName): Recorder {
    return this.#recorders.get(name)!
  }

  /** A notebook token for a server. */
  tokenOf(name: ServerName): string {
    return this.#tokens.get(name)!
  }

  /** Connects and sends bytes as they are. */
  client(bytes: string): RawConnection {
    const client = new RawConnection(connect({ port: this.port, host: '127.0.0.1', noDelay: true }))
    this.#clients.add(client)
    void client.closed.then(() => this.#clients.delete(client))
    client.send(bytes)
    return client
  }

  /**
   * What a connection is answered until the gateway closes it.
   * @throws Error when it does not
   */
  async answersTo(bytes: string, methods: readonly string[] = []): Promise<Message[]> {
    const client = this.client(bytes)
    await withinPatience(client)
    return allResponses(client.text, methods)
  }

  /** A request to ada's server with her token, whose answer ends the connection. */
  plain(target: string, ...headers: string[]): string {
    const lines = [`GET ${target} HTTP/1.1`, 'Host: hub.example', this.authorization, ...headers]
    return `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`
  }

  get authorization(): string {
    return `Authorization: token ${this.tokenOf('ada/')}`
  }

  /** Forgets what the servers were sent. */
  reset(): void {
    for (const { socket } of this.#clients) socket.destroy()
    for (const recorder of this.#recorders.values()) recorder.reset()
  }

  /**
   * Waits until whatever was under way for a server has arrived there: a last request did, on a
   * connection of its own.
   */
  async settle(name: ServerName = 'ada/'): Promise<void> {
    const [user = '', server = ''] = name.split('/')
    const target = `/user/${user}/${server === '' ? '' : `${server}/`}settled`
    const authorization = `Authorization: token ${this.tokenOf(name)}`
    const [answer] = await this.answersTo(
      `GET ${target} HTTP/1.1\r\nHost: h\r\n${authorization}\r\nConnection: close\r\n\r\n`,
    )
    if (answer?.body !== 'ok') throw new Error(`not settled: ${answer?.head}${answer?.body}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy()
    await this.#gateway?.[Symbol.asyncDispose]()
    for (const recorder of this.#recorders.values()) await recorder[Symbol.asyncDispose]()
  }

  async #startServer(name: ServerName): Promise<void> {
    const [user = '', server = ''] = name.split('/')
    const started = this.gateway.startServer(user, server)
    const file = join(this.gateway.dir, 'var/home', user, `port.${server}`)
    const port = await eventually(`a port for ${name}`, async () => {
      const written = await readFile(file, 'utf8').catch(() => '')
      return written.endsWith('\n') && Number(written)
    })
    const recorder = await Recorder.listen(port)
    this.#recorders.set(name, recorder)
    await started
    this.#tokens.set(name, await this.gateway.token(user, [`access:servers!server=${name}`]))
    // Behind a request of ours no probe can be waiting to be accepted.
    await this.settle(name)
    recorder.reset()
  }
}

/** Waits until a connection is closed by the other side. @throws Error when that takes too long */
export async function withinPatience(client: RawConnection): Promise<void> {
  const timer = setTimeout(() => {
    client.socket.destroy(new Error('patience'))
  }, PATIENCE_MS)
  const isLate = new Promise<boolean>((resolve) => {
    client.socket.once('error', ({ message }) => resolve(message === 'patience'))
    void client.closed.then(() => resolve(false))
  })
  const late = await isLate
  clearTimeout(timer)
  await client.closed
  if (late) throw new Error(`still open, and was sent: ${JSON.stringify(client.text)}`)
}
