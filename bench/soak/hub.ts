import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { GatewayProcess } from '../../test/support/gateway-process.ts'
import type { ConfigInput } from '../../test/support/hub.ts'
import { familyOf } from '../proxy/processes.ts'
import { awake } from './patience.ts'

const SERVER = join(import.meta.dirname, 'server.ts')
const PROBE = join(import.meta.dirname, 'probe.ts')

/** Limits of the gateway, in seconds: so short that all of them are reached again and again. */
export const LIMITS = {
  head: 4,
  keepAlive: 5,
  firstByte: 6,
  idle: 8,
  ping: 3,
  stop: 2,
  poll: 2,
} as const

const UNLIMITED = {
  connections: 0,
  requests_per_user: 0,
  requests_per_server: 0,
  websockets_per_user: 0,
  websockets_per_server: 0,
}

/** The configuration with these limits. */
export const soaked = (workers: number): ConfigInput => ({
  listen: {
    head_timeout: LIMITS.head,
    keep_alive_timeout: LIMITS.keepAlive,
    ...(workers > 1 ? { workers } : {}),
  },
  proxy: {
    connect_timeout: 3,
    first_byte_timeout: LIMITS.firstByte,
    idle_timeout: LIMITS.idle,
    websocket_ping_interval: LIMITS.ping,
  },
  spawner: { kind: 'process', stop_timeout: LIMITS.stop, poll_interval: LIMITS.poll },
})

/** Longer than any of them takes effect, in milliseconds. */
export const COOL_DOWN_MS = 25_000

/** How long a process may take to tell what it has, with a snapshot of its heap, in milliseconds. */
const PROBE_MS = 60_000

/** A token, and what it opens. */
export interface Access {
  user: string
  token: string
  /** For taking it back. */
  id: string
}

/** A real gateway that is soaked, with its users' servers. */
export class Hub implements AsyncDisposable {
  readonly gateway: GatewayProcess
  readonly probes: string
  /** The longest that a process said its event loop was held up, in milliseconds. */
  heldMs = 0

  private constructor(gateway: GatewayProcess, probes: string) {
    this.gateway = gateway
    this.probes = probes
  }

  /** @param config without a spawner's command: all servers are those of server.ts */
  static async start(config: ConfigInput): Promise<Hub> {
    const probes = await mkdtemp(join(tmpdir(), 'hubgate-soak-'))
    process.env['SOAK_PROBES'] = probes
    process.env['NODE_OPTIONS'] = `--import=${PROBE}`
    const cmd = [process.execPath, SERVER, '{port}']
    try {
      const gateway = await GatewayProcess.start({
        ...config,
        limits: UNLIMITED,
        spawner: { kind: 'process', ...config.spawner, cmd },
      })
      return new Hub(gateway, probes)
    } catch (error) {
      await rm(probes, { recursive: true, force: true })
      throw error
    } finally {
      delete process.env['SOAK_PROBES']
      delete process.env['NODE_OPTIONS']
    }
  }

  get port(): number {
    return this.gateway.port
  }

  /** The gateway's processes: with workers there are several. */
  async pids(): Promise<number[]> {
    const servers = new Set(this.gateway.serverProcesses())
    return (await familyOf(this.gateway.pid)).filter((pid) => !servers.has(pid))
  }

  async access(user: string): Promise<Access> {
    const made = await this.gateway.api<{ token: string; id: string }>(
      'POST',
      `/users/${user}/tokens`,
      { json: { scopes: [`access:servers!server=${user}/`] } },
    )
    if (made.status !== 201) throw new Error(`no token for ${user}: ${made.status} ${made.text}`)
    return { user, token: made.body.token, id: made.body.id }
  }

  /** Whether the server is ready now. */
  async isReady(user: string): Promise<boolean> {
    const { body } = await this.gateway.api<{ servers: Record<string, { ready: boolean }> }>(
      'GET',
      `/users/${user}`,
    )
    return body.servers['']?.ready === true
  }

  /** Starts a server unless it runs, and waits until it is ready. */
  async ready(user: string): Promise<void> {
    for (const end = awake() + 60_000; awake() < end; await delay(100)) {
      if (await this.isReady(user)) return
      await this.gateway.api('POST', `/users/${user}/server`)
    }
    throw new Error(`the server of ${user} does not get ready`)
  }

  /** Stops a server and waits until it is gone. */
  async stopped(user: string): Promise<void> {
    let last = ''
    for (const end = awake() + 60_000; awake() < end; await delay(100)) {
      const { status, text } = await this.gateway.api('DELETE', `/users/${user}/server`)
      if (status === 204 || status === 404) return
      last = `${status} ${text}`
    }
    throw new Error(`the server of ${user} does not stop: ${last}`)
  }

  /** The value of a metric with these labels, `kind="client"`; undefined when there is none. */
  async metrics(): Promise<Map<string, number>> {
    const { text } = await this.gateway.api('GET', '/../metrics')
    return new Map(
      text
        .split('\n')
        .filter((line) => line.startsWith('hubgate_') && !line.includes('_bucket'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    )
  }

  /** What a process says of itself, after a collection of garbage. */
  async probe(pid: number): Promise<Probe> {
    const file = join(this.probes, `${pid}.json`)
    await rm(file, { force: true })
    process.kill(pid, 'SIGUSR2')
    for (const end = awake() + PROBE_MS; awake() < end; await delay(50)) {
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const probe = JSON.parse(text) as Probe
      this.heldMs = Math.max(this.heldMs, probe.heldMs)
      return probe
    }
    throw new Error(`process ${pid} does not tell what it has`)
  }

  /** Writes the heap of each process to a file in a folder: `<name>-<pid>.heapsnapshot`. */
  async snapshot(folder: string, name: string): Promise<void> {
    for (const pid of await this.pids()) {
      const file = resolve(folder, `${name}-${pid}.heapsnapshot`)
      await writeFile(join(this.probes, `${pid}.want`), file)
      await this.probe(pid)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]()
    await rm(this.probes, { recursive: true, force: true })
  }
}

export interface Probe {
  heapUsed: number
  external: number
  rss: number
  /** The longest that its event loop was held up since the last time it told, in milliseconds. */
  heldMs: number
}
