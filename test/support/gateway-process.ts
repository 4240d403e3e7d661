import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { freePort } from './free-port.ts'
import type { ConfigInput } from './hub.ts'

export const MAIN = resolve('src/cli/main.ts')
export const PYTHON = resolve('.venv/bin/python')

/** An admin's hub token that every test configuration has. */
export const ADMIN_TOKEN = 'e2e-admin-secret-0123456789abcdef0123456789abcdef'

/** Waits for a condition; the test's own time-out ends it when it never holds. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  withinMs = 30_000,
): Promise<Value> {
  const end = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`still not so: ${what}`)
    await delay(25)
  }
}

/** Process ids, without zombies, whose environment mentions the text (such as a temporary folder). */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const alive = !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        return alive && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** A process's environment as it was started with, one long text; empty when it is gone. */
export function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

export interface ApiAnswer<Body = unknown> {
  status: number
  headers: Headers
  text: string
  body: Body
}

/** A real gateway process with a folder, a config file and a port of its own. */
export class GatewayProcess implements AsyncDisposable {
  readonly dir: string
  readonly configFile: string
  readonly port: number
  readonly url: string
  #child: ChildProcess | undefined
  #baseUrl = '/'
  #options: readonly string[] = []
  #exited: Promise<void> = Promise.resolve()
  /** What the gateway has printed so far, of all its lives. */
  stdout = ''
  stderr = ''

  private constructor(dir: string, port: number) {
    this.dir = dir
    this.port = port
    this.configFile = join(dir, 'hubgate.yaml')
    this.url = `http://127.0.0.1:${port}`
  }

  /** Makes the folder and the config file and starts the gateway. */
  static async start(config: ConfigInput = {}): Promise<GatewayProcess> {
    const dir = await mkdtemp(join(tmpdir(), 'hubgate-e2e-'))
    const gateway = new GatewayProcess(dir, await freePort())
    await gateway.configure(config)
    await gateway.run()
    return gateway
  }

  /** One more replica on the same folder, config file and store, with a port of its own. */
  replica(): Promise<GatewayProcess> {
    return this.replicaWith([])
  }

  /** The same with more options on the command line. */
  async replicaWith(options: readonly string[]): Promise<GatewayProcess> {
    const other = new GatewayProcess(this.dir, await freePort())
    other.#baseUrl = this.#baseUrl
    other.#options = options
    await other.run()
    return other
  }

  /** The process that runs now. */
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Writes the config file; a running gateway notices. */
  async configure(config: ConfigInput): Promise<void> {
    const whole: ConfigInput = {
      admin_users: ['root'],
      allow_all: true,
      authenticator: { kind: 'dummy', password: 'open sesame' },
      ...config,
      api_tokens: { [ADMIN_TOKEN]: 'root', ...config.api_tokens },
    }
    this.#baseUrl = whole.base_url ?? '/'
    await writeFile(this.configFile, stringify(whole))
  }

  /** Starts the process and resolves once it serves. */
  async run(): Promise<void> {
    const port = ['--port', String(this.port), ...this.#options]
    const child = spawn(process.execPath, [MAIN, 'start', '--config', this.configFile, ...port], {
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HUBGATE_CANARY: 'canary-of-the-gateway' },
    })
    this.#child = child
    this.#exited = once(child, 'exit').then(() => undefined)
    const before = this.stdout.length
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    await eventually('the gateway is ready', () => {
      if (child.exitCode !== null) throw new Error(`the gateway ended: ${this.stderr}`)
      return this.stdout.slice(before).includes('ready at')
    })
  }

  /** Ends the process with a signal and waits until it is gone. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#child?.kill(signal)
    return this.ended()
  }

  /** Waits until the process is gone by itself. */
  async ended(): Promise<number | null> {
    await this.#exited
    return this.#child?.exitCode ?? null
  }

  /** Calls the hub API; as admin unless a token (or null for none) is given. */
  async api<Body = unknown>(
    method: string,
    path: string,
    options: { token?: string | null; json?: unknown; text?: string; headers?: object } = {},
  ): Promise<ApiAnswer<Body>> {
    const token = options.token === undefined ? ADMIN_TOKEN : options.token
    const body = options.json === undefined ? options.text : JSON.stringify(options.json)
    const response = await fetch(`${this.url}${this.#baseUrl}hub/api${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `token ${token}` }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : undefined) as Body,
    }
  }

  /** Makes a user with a server that is ready. */
  async startServer(user: string, server = ''): Promise<void> {
    await this.api('POST', `/users/${user}`)
    const path = server === '' ? 'server' : `servers/${server}`
    const started = await this.api('POST', `/users/${user}/${path}`)
    if (started.status !== 201 && started.status !== 202) {
      throw new Error(`start answered ${started.status}: ${started.text}`)
    }
    await eventually(`${user}/${server} is ready`, async () => {
      const { body } = await this.api<{ servers: Record<string, { ready: boolean }> }>(
        'GET',
        `/users/${user}`,
      )
      return body.servers[server]?.ready === true
    })
  }

  /** Makes a token for a user through the API. */
  async token(user: string, scopes?: string[]): Promise<string> {
    const made = await this.api<{ token: string }>('POST', `/users/${user}/tokens`, {
      json: scopes === undefined ? {} : { scopes },
    })
    if (made.status !== 201) throw new Error(`no token: ${made.status} ${made.text}`)
    return made.body.token
  }

  /** Runs a hubgate command beside the gateway, on the same config and store. */
  async command(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return promisify(execFile)(process.execPath, [MAIN, ...args], { cwd: this.dir })
  }

  /** Processes that this gateway's servers are made of. */
  serverProcesses(): number[] {
    return processesWith(`${this.dir}/var/home`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL')
    for (const pid of this.serverProcesses()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
    await eventually('the servers are gone', () => this.serverProcesses().length === 0)
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
