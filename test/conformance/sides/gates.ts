import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The server that both hubs run: see there how it is told what to do. */
export const SERVER = resolve('test/conformance/sides/server.py')

/** Where a hub's servers look whether they may go on. */
export class Gates implements AsyncDisposable {
  readonly dir: string

  private constructor(dir: string) {
    this.dir = dir
  }

  static async make(): Promise<Gates> {
    return new Gates(await mkdtemp(join(tmpdir(), 'conformance-gates-')))
  }

  /** @param server `user/server` */
  async open(server: string): Promise<void> {
    await writeFile(join(this.dir, server.replace('/', '~')), '')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true })
  }
}
