/** A real nginx (Debian's package) on a port of its own. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accepts } from './accepts.ts'
import { eventually } from './gateway-process.ts'

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

export class Nginx implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process
    this.#folder = folder
  }

  /**
   * @param servers what is in the `http` block
   * @param port on which one of the servers listens
   */
  static async start(servers: string, port: number): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'hubgate-nginx-'))
    const paths = TEMPORARY.map((name) => `${name}_temp_path ${join(folder, name)};`)
    const file = join(folder, 'nginx.conf')
    const main = `daemon off; worker_processes 1; pid ${join(folder, 'pid')}; error_log stderr;`
    const http = `${paths.join(' ')} access_log off;\n${servers}`
    await writeFile(file, `${main}\nevents {}\nhttp { ${http} }\n`)
    // Root's workers would be somebody else, who may not enter the folder.
    const user = process.getuid?.() === 0 ? ['-g', 'user root;'] : []
    const child = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file, ...user], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await eventually('nginx listens', () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`)
      return accepts(port)
    })
    return new Nginx(child, folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined
    this.#process.kill('SIGTERM')
    await ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}
