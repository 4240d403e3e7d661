import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './exchange.ts'
import { exchange } from './exchange.ts'
import type { Normal } from './normalize.ts'
import { Normalizer } from './normalize.ts'
import type { Call, Until } from './notation.ts'
import { isRaw } from './notation.ts'
import { credentialsOf } from './personas.ts'

/** A hub that runs. */
export interface RunningHub extends AsyncDisposable {
  readonly name: 'JupyterHub' | 'hubgate'
  /** Of JupyterHub, or the one that hubgate speaks the API of. */
  readonly version: string
  readonly port: number
  /** Lets the server `user/server` start or end. */
  release(server: string): Promise<void>
  /** The last of what it printed, for reports. */
  tail(): string
}

const PATIENCE_MS = 30_000
const LOOK_MS = 100

/** The value at `a.b.c`; undefined where there is none. An empty part is the member with that name. */
function valueAt(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined
    return (value as Record<string, unknown>)[key]
  }, body)
}

function parsed(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text)
  } catch {
    return undefined
  }
}

/** A parameter of the address that an answer redirects to. */
function sentBack({ headers }: Answer, name: string): string | undefined {
  const location = URL.parse(headers['location'] ?? '', 'http://hub.test')
  return location?.searchParams.get(name) ?? undefined
}

function isReached(answer: Answer, until: Until): boolean {
  if ('status' in until) return answer.status === until.status
  return valueAt(parsed(answer), until.at) === until.is
}

/** One of the two hubs: sends it the cases' requests, with what it named in earlier answers. */
export class Side {
  readonly hub: RunningHub
  readonly #normalizer: Normalizer
  readonly #values = new Map<string, string>()

  constructor(hub: RunningHub) {
    this.hub = hub
    this.#normalizer = new Normalizer(hub.port, hub.version)
  }

  async send(call: Call): Promise<Normal> {
    if (call.times !== undefined) return this.#atOnce(call, call.times)
    const end = Date.now() + PATIENCE_MS
    let answer = await this.#once(call)
    while (call.until !== undefined && !isReached(answer, call.until) && Date.now() < end) {
      await delay(LOOK_MS)
      answer = await this.#once(call)
    }
    for (const [name, path] of Object.entries(call.keep ?? {})) this.#keep(name, answer, path)
    return this.#normalizer.normal(answer)
  }

  /** How often each answer was given. */
  async #atOnce(call: Call, times: number): Promise<Normal> {
    const answers = await Promise.all(Array.from({ length: times }, () => this.#once(call)))
    const counts: Record<string, number> = {}
    for (const answer of answers) {
      const { status, body } = this.#normalizer.normal(answer)
      const text = status === 200 ? '200' : `${status} ${JSON.stringify(body)}`
      counts[text] = (counts[text] ?? 0) + 1
    }
    return { status: 200, headers: {}, body: counts }
  }

  #keep(name: string, answer: Answer, path: string): void {
    const value = path.startsWith('?')
      ? sentBack(answer, path.slice(1))
      : valueAt(parsed(answer), path)
    if (typeof value === 'string') {
      this.#values.set(name, value)
      this.#normalizer.name(value, name)
    } else {
      // The comparison of this answer says that it is missing.
      this.#values.set(name, `no-${name.replaceAll(' ', '-')}`)
    }
  }

  async #once(call: Call): Promise<Answer> {
    const [method = '', path = ''] = this.#filled(call.request).split(' ', 2)
    const whole = path.startsWith('/hub/') ? path : `/hub/api${path}`
    const headers = { ...(await this.#credentials(call.persona)), ...this.#headers(call) }
    const message = { method, path: whole, headers, body: this.#body(call.body) }
    try {
      return await exchange(this.hub.port, message)
    } catch (error) {
      return { status: 0, headers: {}, text: String(error) }
    }
  }

  async #credentials(persona: string): Promise<Record<string, string>> {
    const kept = this.#values.get(persona)
    if (kept !== undefined) return { authorization: `token ${kept}` }
    return credentialsOf(persona, this.hub, this.#values)
  }

  #headers(call: Call): Record<string, string> {
    const entries = Object.entries(call.headers ?? {})
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#filled(value)]))
  }

  #body(body: Call['body']): string | Uint8Array | undefined {
    if (body === undefined) return undefined
    const sent = isRaw(body) ? body.raw : JSON.stringify(body)
    return typeof sent === 'string' ? this.#filled(sent) : sent
  }

  /** @throws Error for a name that no earlier answer gave */
  #filled(text: string): string {
    return text.replace(/\{\{([^}]+)\}\}/g, (_, name: string) => {
      const value = this.#values.get(name)
      if (value === undefined) throw new Error(`${this.hub.name} gave no value for ${name}`)
      return value
    })
  }
}
