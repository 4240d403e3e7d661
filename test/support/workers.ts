import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { GatewayProcess } from './gateway-process.ts'
import { eventually } from './gateway-process.ts'

interface Stat {
  state: string
  parent: number
}

function statOf(pid: number): Stat | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = '0'] = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return undefined
  }
}

/** Whether the process runs, and is not only waiting to be collected. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid)
  return stat !== undefined && stat.state !== 'Z'
}

/** The worker processes of a gateway that was started with several. */
export function workersOf(gateway: GatewayProcess): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === gateway.pid && isAlive(pid))
}

/** The numbers of the sockets and pipes that a process has open, such as `socket:[1234]`. */
export function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

/** One line of /proc/net/tcp: addresses and ports in hex, and the socket's number in field 9. */
function socketTo(clientPort: number, serverPort: number): string | undefined {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  const fields = lines.map((line) => line.trim().split(/\s+/))
  const own = fields.find(
    ([, local = '', remote = '']) =>
      local.endsWith(`:${hex(serverPort)}`) && remote.endsWith(`:${hex(clientPort)}`),
  )
  return own === undefined ? undefined : `socket:[${own[9]}]`
}

interface PinnedAnswer {
  status: number
  text: string
}

/** One connection that stays, so all its requests reach the same worker. */
export class Pinned implements Disposable {
  /** Which worker has the connection. */
  readonly worker: number
  readonly #agent: Agent
  readonly #port: number
  readonly #socket: Socket

  private constructor(socket: Socket, port: number, worker: number) {
    this.worker = worker
    this.#socket = socket
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 })
    this.#agent.createConnection = () => socket
  }

  static async open(gateway: GatewayProcess): Promise<Pinned> {
    const socket = connect(gateway.port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const { localPort = 0 } = socket
    const worker = await eventually('a worker has the connection', () => {
      const own = socketTo(localPort, gateway.port)
      return workersOf(gateway).find((pid) => own !== undefined && descriptorsOf(pid).includes(own))
    })
    return new Pinned(socket, gateway.port, worker)
  }

  /** Opens connections until each worker has one. */
  static async toEach(gateway: GatewayProcess): Promise<Pinned[]> {
    const found = new Map<number, Pinned>()
    return eventually('each worker has a connection', async () => {
      const one = await Pinned.open(gateway)
      if (found.has(one.worker)) one[Symbol.dispose]()
      else found.set(one.worker, one)
      return found.size === workersOf(gateway).length && [...found.values()]
    })
  }

  /** Whether the other side has ended the connection. */
  get isOver(): boolean {
    return this.#socket.destroyed || this.#socket.readableEnded
  }

  async request(
    method: string,
    path: string,
    token?: string,
    json?: unknown,
  ): Promise<PinnedAnswer> {
    const body = json === undefined ? undefined : JSON.stringify(json)
    const asked = request({
      ...{ method, path, agent: this.#agent, port: this.#port, host: '127.0.0.1' },
      headers: {
        ...(token !== undefined && { authorization: `token ${token}` }),
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      },
    })
    asked.end(body)
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, text: await text(response) }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
    this.#socket.destroy()
  }
}
