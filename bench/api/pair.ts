import { scratchDir } from '../scratch-dir.ts'
import { startHubgate } from './hubgate.ts'
import { startJupyterHub } from './jupyterhub.ts'
import type { LoadResult } from './load.ts'
import type { Load } from './load-process.ts'
import type { Facts, Operation } from './operations.ts'
import type { Subject } from './subject.ts'
import { ask } from './subject.ts'

/** How many users' tokens ask `GET /user` in turn. */
const TOKENS = 100

export interface Burst {
  /** The operation's name. */
  operation: string
  connections: number
  /** Milliseconds. */
  forMs: number
}

/** A JupyterHub and a hubgate with as many users. */
export class Pair {
  readonly users: number
  readonly subjects: readonly Subject[]
  readonly #load: Load
  /** By subject and operation, the number of the next request: no two requests are the same. */
  readonly #next = new Map<string, number>()

  private constructor(users: number, subjects: readonly Subject[], load: Load) {
    this.users = users
    this.subjects = subjects
    this.#load = load
  }

  static async open(
    users: number,
    load: Load,
    cleanup: AsyncDisposableStack,
    signal: AbortSignal,
  ): Promise<Pair> {
    const dir = await scratchDir(cleanup)
    const theirs = await startJupyterHub(dir, users, TOKENS, cleanup, signal)
    const ours = await startHubgate(dir, users, TOKENS, cleanup, signal)
    return new Pair(users, [theirs, ours], load)
  }

  /** @throws AssertionError when a hub does not answer what it is measured for */
  async verify(key: string, operation: Operation): Promise<void> {
    for (const subject of this.subjects) {
      const facts = this.#factsOf(subject)
      const n = this.#from(subject, key)
      this.#next.set(`${subject.name} ${key}`, n + 1)
      const { method, path, token, body } = operation.call(n, facts)
      const answer = await ask(subject.port, token, method, path, body)
      if (answer.status !== operation.status) throw new Error(`${path}: ${answer.status}`)
      await operation.verify(answer.body, n, facts, subject)
    }
  }

  /** Sends requests of one operation for a while. */
  async send(subject: Subject, burst: Burst, signal: AbortSignal): Promise<LoadResult> {
    const from = this.#from(subject, burst.operation)
    const order = { ...burst, port: subject.port, facts: this.#factsOf(subject), from }
    const result = await this.#load.run(order, signal)
    this.#next.set(`${subject.name} ${burst.operation}`, from + result.latencies.length)
    return result
  }

  #from(subject: Subject, key: string): number {
    return this.#next.get(`${subject.name} ${key}`) ?? 0
  }

  #factsOf({ admin, tokens, name }: Subject): Facts {
    return { users: this.users, admin, tokens, tag: name.toLowerCase() }
  }
}
