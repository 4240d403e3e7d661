import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Scene } from './behaviours.ts'
import { LIMITS } from './hub.ts'

const GHOSTS = join(import.meta.dirname, 'ghosts.ts')

/** Clients that are frozen with all that they have open: their machines answer, they do not. */
export class Ghosts implements Disposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** @throws Error when they could not open what they should */
  static async freeze({ hub, steady }: Scene): Promise<Ghosts> {
    const child = fork(GHOSTS, [`${hub.port}`])
    const ghosts = new Ghosts(child)
    const answered = once(child, 'message', { signal: AbortSignal.timeout(60_000) })
    child.send(steady)
    const [answer] = (await answered) as [unknown]
    if (answer !== true) {
      ghosts[Symbol.dispose]()
      throw new Error(`ghosts: ${String(answer)}`)
    }
    child.kill('SIGSTOP')
    return ghosts
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }
}

/** Frozen for a while: some are found out, some are killed before. */
export async function haunt(scene: Scene): Promise<void> {
  using _ghosts = await Ghosts.freeze(scene)
  await delay(Math.random() * 4_000 * LIMITS.ping)
}
