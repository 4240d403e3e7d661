import type { GatewayProcess } from './gateway-process.ts'
import { eventually, processesWith, readEnvironment } from './gateway-process.ts'

/** A small seeded generator (mulberry32), so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** What is known of a thing: an answer said so, or none came and both are possible. */
type Known = 'there' | 'gone' | 'either'

interface Token {
  user: string
  id: string
  token: string
  known: Known
}

interface ServerModel {
  ready: boolean
  pending: string | null
  state: { runId?: string } | null
}

/** What the answers of the API promised, to be compared with what is. */
export class Promised {
  readonly users = new Map<string, Known>()
  readonly members = new Map<string, Known>()
  readonly tokens: Token[] = []
  readonly #memberChanges = new Map<string, Set<{ overlapped: boolean }>>()

  /** Makes a user of a new name, or deletes one. */
  async createUser(replica: GatewayProcess, name: string): Promise<void> {
    this.users.set(name, 'either')
    const { status } = await replica.api('POST', `/users/${name}`)
    if (status === 201 || status === 409) this.users.set(name, 'there')
  }

  async deleteUser(replica: GatewayProcess, name: string): Promise<void> {
    this.users.set(name, 'either')
    for (const token of this.tokens) {
      if (token.user === name && token.known === 'there') token.known = 'either'
    }
    const { status } = await replica.api('DELETE', `/users/${name}`)
    if (status !== 204 && status !== 404) return
    this.users.set(name, 'gone')
    for (const token of this.tokens) if (token.user === name) token.known = 'gone'
  }

  async createToken(replica: GatewayProcess, user: string): Promise<void> {
    const { status, body } = await replica.api<{ id: string; token: string }>(
      'POST',
      `/users/${user}/tokens`,
    )
    if (status !== 201) return
    // A deletion of the user that overlapped this may have come after it, and taken the token along.
    const owner = this.users.get(user) ?? 'there'
    this.tokens.push({ user, ...body, known: owner === 'there' ? 'there' : 'either' })
  }

  async revokeToken(replica: GatewayProcess, token: Token): Promise<void> {
    token.known = 'either'
    const { status } = await replica.api('DELETE', `/users/${token.user}/tokens/${token.id}`)
    if (status === 204 || status === 404) token.known = 'gone'
  }

  async join(replica: GatewayProcess, user: string): Promise<void> {
    await this.#changeMember(replica, 'POST', user, 'there')
  }

  async leave(replica: GatewayProcess, user: string): Promise<void> {
    await this.#changeMember(replica, 'DELETE', user, 'gone')
  }

  /** Of changes that overlapped, the order of the answers does not tell which came last. */
  async #changeMember(
    replica: GatewayProcess,
    method: 'POST' | 'DELETE',
    user: string,
    promised: Known,
  ): Promise<void> {
    const change = { overlapped: false }
    const underWay = this.#memberChanges.get(user) ?? new Set()
    this.#memberChanges.set(user, underWay.add(change))
    if (underWay.size > 1) for (const each of underWay) each.overlapped = true
    this.members.set(user, 'either')
    try {
      const { status } = await replica.api(method, '/groups/class/users', {
        json: { users: [user] },
      })
      if (status === 200 && !change.overlapped) this.members.set(user, promised)
    } finally {
      underWay.delete(change)
    }
  }

  /** What of all this a replica does not keep; empty when it keeps everything. */
  async brokenAt(replica: GatewayProcess): Promise<string[]> {
    const { body: list } = await replica.api<{ name: string }[]>('GET', '/users?limit=200')
    const names = list.map(({ name }) => name)
    const { body: group } = await replica.api<{ users: string[] }>('GET', '/groups/class')
    const broken = [
      ...compare('user', this.users, names),
      ...compare('member', this.members, group.users),
    ]
    for (const token of this.tokens) {
      const { status } = await replica.api('GET', '/user', { token: token.token })
      if (token.known === 'there' && status !== 200)
        broken.push(`lost token ${token.id}: ${status}`)
      if (token.known === 'gone' && status !== 403)
        broken.push(`living token ${token.id}: ${status}`)
    }
    return broken
  }
}

function compare(what: string, known: Map<string, Known>, found: string[]): string[] {
  const there = new Set(found)
  const broken = found.length === there.size ? [] : [`a ${what} twice in ${found.join()}`]
  for (const [name, state] of known) {
    if (state === 'there' && !there.has(name)) broken.push(`lost ${what} ${name}`)
    if (state === 'gone' && there.has(name)) broken.push(`living ${what} ${name}`)
  }
  return broken
}

/** The runs that processes belong to, each once. */
export function runningRuns(gateway: GatewayProcess): string[] {
  const runs = processesWith(`${gateway.dir}/var/home`).map(
    (pid) => /HUBGATE_RUN_ID=([\w-]+)/.exec(readEnvironment(pid))?.[1] ?? '?',
  )
  return [...new Set(runs)].toSorted()
}

/** The runs of all servers, once nothing is pending any more; every pending state has to end. */
export async function settledRuns(gateway: GatewayProcess): Promise<string[]> {
  return eventually('no server is pending', async () => {
    const { status, body } = await gateway.api<{ servers: Record<string, ServerModel> }[]>(
      'GET',
      '/users?limit=200',
    )
    if (status !== 200) return false
    const servers = body.flatMap((user) => Object.values(user.servers))
    if (servers.some(({ pending }) => pending !== null)) return false
    const ready = servers.filter((server) => server.ready)
    return ready.map(({ state }) => state?.runId ?? '?').toSorted()
  })
}
