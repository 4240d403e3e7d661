import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const MAIN = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')

/** How long a process may take to end before it is killed, in milliseconds. */
const PATIENCE_MS = 5_000

/** Those that run: they end with this process, however it ends. */
const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGTERM')
})

/** A child process that ends with the block it was made in. */
export class Running implements AsyncDisposable {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>

  constructor(child: ChildProcess) {
    this.#child = child
    this.#exited = once(child, 'exit')
    children.add(child)
    child.once('exit', () => children.delete(child))
    this.pid = child.pid ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS)
    await this.#exited
    clearTimeout(timer)
  }
}

/** A `hubgate start` that is ready. */
export interface RunningGateway {
  url: string
  running: Running
}

/**
 * Starts a gateway in a directory with a `hubgate.yaml`, on a free port.
 * @throws Error with its log when it does not get ready
 */
export async function startGateway(
  dir: string,
  signal: AbortSignal,
  nodeOptions: readonly string[] = [],
): Promise<RunningGateway> {
  signal.throwIfAborted()
  const child = spawn(
    process.execPath,
    [...nodeOptions, MAIN, 'start', '--config', join(dir, 'hubgate.yaml'), '--port', '0'],
    { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const running = new Running(child)
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000)
  })
  try {
    const url = await readyAt(child.stdout, signal)
    if (url === undefined) throw new Error(`the gateway did not get ready:\n${log}`)
    return { url, running }
  } catch (error) {
    await running[Symbol.asyncDispose]()
    throw error
  }
}

/** The address that the gateway prints; undefined when it ends or the time is up before it does. */
async function readyAt(stdout: Readable, signal: AbortSignal): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout, signal })) {
    const url = /ready at (\S+)/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  return undefined
}
