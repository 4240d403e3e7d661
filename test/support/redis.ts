/** Real Redis servers and Sentinels for tests: Debian's `redis-server` on ports of their own. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { RedisOptions } from 'ioredis'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'

/** How long a server may take to start or end, in milliseconds. */
const PATIENCE_MS = 20_000

export interface RedisServerOptions {
  /** Settings as on the command line: `['--appendonly', 'yes']`. Nothing is kept by default. */
  settings?: readonly string[]
  /** With TLS only, with the certificates in this folder (see test/support/certificates.ts). */
  certificates?: string
  /** Lines of a Sentinel's configuration file: then it is a Sentinel. */
  sentinel?: readonly string[]
}

/** A server process, which may be killed and started again on the same port with the same files. */
export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly folder: string
  readonly #options: RedisServerOptions
  readonly #clients: Redis[] = []
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string, options: RedisServerOptions) {
    this.port = port
    this.folder = folder
    this.#options = options
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'hubgate-redis-'))
    for (let attempt = 1; ; attempt++) {
      const server = new RedisServer(await freePort(), folder, options)
      try {
        await server.start()
        return server
      } catch (error) {
        if (attempt === 3) throw error
      }
    }
  }

  /** The address of a store on this server. */
  url(path = ''): string {
    return `${this.#options.certificates === undefined ? 'redis' : 'rediss'}://127.0.0.1:${this.port}${path}`
  }

  /** Starts it (again) and waits until it serves. */
  async start(): Promise<void> {
    const child = spawn('redis-server', await this.#arguments(), {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    await within(`redis-server on ${this.port} starts`, serves(child))
  }

  /** Ends it and waits until it is gone. SIGKILL by default, as a crash does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill(signal)
    await within(`redis-server on ${this.port} ends`, gone)
  }

  /** It stops answering; its connections stay open. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** A client that knows nothing of hubgate. */
  async admin(options: RedisOptions = {}): Promise<Redis> {
    const client = new Redis({
      host: '127.0.0.1',
      port: this.port,
      lazyConnect: true,
      ...options,
      replyMapping: 'legacy',
    })
    client.on('error', () => undefined)
    this.#clients.push(client)
    await client.connect()
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #arguments(): Promise<string[]> {
    const { settings = [], certificates, sentinel } = this.#options
    if (sentinel !== undefined) {
      const file = join(this.folder, 'sentinel.conf')
      await writeFile(file, [`port ${this.port}`, 'bind 127.0.0.1', ...sentinel, ''].join('\n'))
      return [file, '--sentinel']
    }
    const listen =
      certificates === undefined
        ? ['--port', `${this.port}`]
        : [
            ...['--port', '0', '--tls-port', `${this.port}`, '--tls-auth-clients', 'no'],
            ...['--tls-cert-file', join(certificates, 'server.crt')],
            ...['--tls-key-file', join(certificates, 'server.key')],
            ...['--tls-ca-cert-file', join(certificates, 'ca.crt')],
          ]
    const quiet = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    return [...listen, ...quiet, '--dir', this.folder, ...settings]
  }
}

/**
 * Resolves once the probe answers anything but false or undefined.
 * @param label what is waited for, said when it does not come
 * @param patienceMs how long to wait for it
 */
export async function until<Answer>(
  label: string,
  probe: () => Answer | Promise<Answer>,
  patienceMs = PATIENCE_MS,
): Promise<NonNullable<Answer>> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    const answer = await probe()
    if (answer !== false && answer !== undefined && answer !== null) return answer
    if (performance.now() > giveUpAt) throw new Error(`This has not come about: ${label}`)
    await delay(20)
  }
}

/** The event, or an error with the label when it does not come. */
export async function within<Value>(label: string, event: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`This has not come about: ${label}`)),
    PATIENCE_MS,
  )
  try {
    return await Promise.race([event, promise])
  } finally {
    clearTimeout(timer)
  }
}

async function serves(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('redis-server has no output')
  const said: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => {
    said.push(line)
    if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve()
  })
  child.once('error', reject)
  child.once('exit', () => reject(new Error(`redis-server ended:\n${said.join('\n')}`)))
  await promise
}
