import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Scene } from './behaviours.ts'
import { headOf, UPGRADE } from './client.ts'
import type { Access } from './hub.ts'
import { LIMITS } from './hub.ts'

const SCRIPT = join(import.meta.dirname, 'cut-off.py')
const PYTHON = resolve('.venv/bin/python')
const WEBSOCKETS = 4

/** What a client says, what its answer begins with, and how many messages it sends then. */
interface Client {
  says: string
  awaits: string
  messages: number
}

function clientsOf(access: Access): Client[] {
  const webSocket = (messages: number): Client => ({
    says: headOf(access, 'socket', UPGRADE),
    awaits: 'HTTP/1.1 101 ',
    messages,
  })
  const asks = (path: string, awaits = ''): Client => ({
    says: `${headOf(access, path)}\r\n`,
    awaits,
    messages: 0,
  })
  const upload = headOf(access, 'upload').replace('GET', 'POST')
  return [
    ...Array.from({ length: WEBSOCKETS }, () => webSocket(0)),
    // More than all buffers on the way take: the gateway's own messages wait behind it.
    webSocket(500),
    ...['stall', 'drip', 'small'].map((path) => asks(path)),
    // Not `events`: what is little is buffered by the kernel until it gives up after many minutes.
    ...['huge', 'half'].map((path) => asks(path, 'HTTP/1.1 200 ')),
    { says: `${upload}Content-Length: 1000\r\n\r\nbeginning`, awaits: '', messages: 0 },
    { says: headOf(access, 'small', 'X-Half: '), awaits: '', messages: 0 },
    { says: '', awaits: '', messages: 0 },
  ]
}

/** Clients whose connections are half-open: no packet reaches them, so that nothing is acknowledged. */
export class CutOff implements Disposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** @throws Error when they could not open what they should */
  static async from({ hub, steady }: Scene): Promise<CutOff> {
    const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
    const cutOff = new CutOff(child)
    const signal = AbortSignal.timeout(60_000)
    const told = Promise.race([
      once(child.stdout, 'data', { signal }),
      once(child, 'exit', { signal }).then(([code]) => [`exit ${code}`]),
    ])
    child.stdin.write(`${JSON.stringify({ port: hub.port, clients: steady.flatMap(clientsOf) })}\n`)
    const [text] = (await told) as [unknown]
    if (String(text).trimEnd() !== 'gone') {
      cutOff[Symbol.dispose]()
      throw new Error(`clients to be cut off: ${String(text)}`)
    }
    return cutOff
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }
}

/** Off the network for a while: some are found out, of some the last packet comes before. */
export async function lose(scene: Scene): Promise<void> {
  using _cutOff = await CutOff.from(scene)
  await delay(Math.random() * 4_000 * LIMITS.ping)
}
