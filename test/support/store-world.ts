// The world of reference-scopes.ts in a real store, changed by the hub's own functions, with a plain
// mirror of what is so: who is in which group, what is shared, whose tokens are alive.
import { sha256 } from '../../src/base/hash.ts'
import { createGroups, deleteGroup } from '../../src/hub/groups/groups.ts'
import { addToGroup, removeFromGroup } from '../../src/hub/groups/memberships.ts'
import { principalOfToken } from '../../src/hub/identity/identity.ts'
import { createService, deleteService } from '../../src/hub/services/service-changes.ts'
import { findService } from '../../src/hub/services/services.ts'
import { grantShare, revokeShare } from '../../src/hub/shares/shares.ts'
import { tokenWrites } from '../../src/hub/tokens/token-writes.ts'
import { changeUser, createUsers, deleteUser, findUser } from '../../src/hub/users/users.ts'
import type { Principal } from '../../src/model/principal.ts'
import type { RoleSpec } from '../../src/model/roles.ts'
import type { TestHub } from './hub.ts'
import { openTestHub } from './hub.ts'
import { putServer } from './people.ts'
import type { Owner, Share, World } from './reference-scopes.ts'
import { CUSTOM, GROUPS, SERVERS } from './reference-scopes.ts'
import { serviceWish } from './services.ts'

/** One change of the world. Those that make no sense at the time change nothing. */
export type Step =
  | { do: 'join' | 'leave'; user: string; group: string }
  | { do: 'recreate user' | 'promote' | 'demote'; user: string }
  | { do: 'rename'; user: string; to: string }
  | { do: 'recreate group'; group: string }
  | { do: 'recreate service' }
  | { do: 'share' | 'unshare'; share: Share }
  | { do: 'reload'; roles: readonly RoleSpec[] }
  | { do: 'make token'; owner: Owner; raw: readonly string[] }

interface KnownToken {
  secret: string
  raw: readonly string[]
  /** Undefined once the owner it was made for is gone. */
  owner: Owner | undefined
}

/** `user bob` as the kind and the name. */
function endOf(text: string): { kind: 'user' | 'group'; name: string } {
  const [kind, name = ''] = text.split(' ')
  return { kind: kind === 'group' ? 'group' : 'user', name }
}

function placeOf(server: string): { owner: string; server: string } {
  const slash = server.indexOf('/')
  return { owner: server.slice(0, slash), server: server.slice(slash + 1) }
}

/** The service that somebody makes over the API; the other one is in the configuration. */
const MADE = 'grade'

export class StoreWorld {
  readonly hub: TestHub
  readonly tokens: KnownToken[] = []
  readonly #admins = new Set<string>()
  readonly #groups = new Map<string, Set<string>>()
  #shares: Share[] = []
  #roles: readonly RoleSpec[] = []

  private constructor(hub: TestHub) {
    this.hub = hub
  }

  /** Ada, bob and cyd without anything; nobody is called ghost. */
  static async open(): Promise<StoreWorld> {
    const world = new StoreWorld(await openTestHub({ keep: true }))
    await createGroups(world.hub, GROUPS, [])
    for (const name of ['ada', 'bob', 'cyd']) await world.#makeUser(name)
    await world.apply({ do: 'reload', roles: [] })
    await world.#makeService()
    return world
  }

  /** What decides what anybody may do, for the reference. */
  now(): World {
    return {
      admins: [...this.#admins].map((name) => `user ${name}`),
      groups: Object.fromEntries([...this.#groups].map(([user, groups]) => [user, [...groups]])),
      roles: this.#roles,
      shares: this.#shares,
    }
  }

  principalOf({ secret }: KnownToken): Promise<Principal | undefined> {
    return principalOfToken(this.hub, secret)
  }

  async apply(step: Step): Promise<void> {
    switch (step.do) {
      case 'join':
      case 'leave':
        return this.#changeGroup(step.user, step.group, step.do)
      case 'recreate user':
        return this.#recreateUser(step.user)
      case 'promote':
      case 'demote':
        return this.#setAdmin(step.user, step.do === 'promote')
      case 'rename':
        return this.#rename(step.user, step.to)
      case 'recreate group':
        return this.#recreateGroup(step.group)
      case 'recreate service':
        return this.#recreateService()
      case 'share':
      case 'unshare':
        return step.do === 'share' ? this.#share(step.share) : this.#unshare(step.share)
      case 'reload':
        return this.#reload(step.roles)
      case 'make token':
        return this.#makeToken(step.owner, step.raw)
    }
  }

  async #makeUser(name: string): Promise<void> {
    const [user] = await createUsers(this.hub, [name], { admin: false })
    if (user === undefined) throw new Error(`${name} exists`)
    for (const server of SERVERS.map(placeOf).filter(({ owner }) => owner === name)) {
      await putServer(this.hub, user, server.server)
    }
    this.#groups.set(name, new Set())
  }

  async #changeGroup(user: string, group: string, how: 'join' | 'leave'): Promise<void> {
    const groups = this.#groups.get(user)
    if (groups === undefined) return
    if (how === 'join') {
      await addToGroup(this.hub, group, [user])
      groups.add(group)
    } else {
      await removeFromGroup(this.hub, group, [user])
      groups.delete(group)
    }
  }

  #dropShares(gone: (share: Share) => boolean): void {
    this.#shares = this.#shares.filter((share) => !gone(share))
  }

  #endTokens({ kind, name }: Owner): void {
    for (const token of this.tokens) {
      if (token.owner?.kind === kind && token.owner.name === name) token.owner = undefined
    }
  }

  async #recreateUser(name: string): Promise<void> {
    if (!this.#groups.has(name)) return
    await deleteUser(this.hub, name)
    this.#admins.delete(name)
    this.#endTokens({ kind: 'user', name })
    this.#dropShares(
      (share) => share.with === `user ${name}` || placeOf(share.server).owner === name,
    )
    await this.#makeUser(name)
  }

  async #setAdmin(name: string, admin: boolean): Promise<void> {
    if (!this.#groups.has(name)) return
    await changeUser(this.hub, name, { admin })
    if (admin) this.#admins.add(name)
    else this.#admins.delete(name)
  }

  async #rename(name: string, to: string): Promise<void> {
    const groups = this.#groups.get(name)
    if (groups === undefined || this.#groups.has(to)) return
    await changeUser(this.hub, name, { name: to })
    this.#groups.delete(name)
    this.#groups.set(to, groups)
    if (this.#admins.delete(name)) this.#admins.add(to)
    for (const token of this.tokens) {
      if (token.owner?.kind === 'user' && token.owner.name === name) {
        token.owner = { kind: 'user', name: to }
      }
    }
    this.#shares = this.#shares.map((share) => {
      const { owner, server } = placeOf(share.server)
      return {
        ...share,
        server: owner === name ? `${to}/${server}` : share.server,
        with: share.with === `user ${name}` ? `user ${to}` : share.with,
      }
    })
  }

  async #recreateGroup(group: string): Promise<void> {
    await deleteGroup(this.hub, group)
    for (const groups of this.#groups.values()) groups.delete(group)
    this.#dropShares((share) => share.with === `group ${group}`)
    await createGroups(this.hub, [group], [])
  }

  async #makeService(): Promise<void> {
    await createService(this.hub, serviceWish(MADE))
  }

  async #recreateService(): Promise<void> {
    await deleteService(this.hub, MADE, () => undefined)
    this.#endTokens({ kind: 'service', name: MADE })
    await this.#makeService()
  }

  async #share(share: Share): Promise<void> {
    const place = placeOf(share.server)
    const to = endOf(share.with)
    const missing = to.kind === 'user' && !this.#groups.has(to.name)
    if (missing || !this.#groups.has(place.owner) || to.name === place.owner) return
    const user = await findUser(this.hub, place.owner)
    if (user !== undefined) await putServer(this.hub, user, place.server)
    await grantShare(this.hub, place, to, share.scopes)
    this.#shares.push(share)
  }

  async #unshare(share: Share): Promise<void> {
    const place = placeOf(share.server)
    if (!this.#groups.has(place.owner)) return
    const user = await findUser(this.hub, place.owner)
    if (user !== undefined) await putServer(this.hub, user, place.server)
    await revokeShare(this.hub, place, endOf(share.with), null)
    this.#dropShares((one) => one.server === share.server && one.with === share.with)
  }

  #reload(roles: readonly RoleSpec[]): Promise<void> {
    this.hub.reload({
      custom_scopes: CUSTOM,
      services: [{ name: 'cull' }],
      load_roles: roles.map((role) => ({
        name: role.name,
        users: [...role.users],
        groups: [...role.groups],
        services: [...role.services],
        ...(role.scopes === undefined ? {} : { scopes: [...role.scopes] }),
      })),
    })
    this.#roles = roles
    return Promise.resolve()
  }

  async #ownerId({ kind, name }: Owner): Promise<string | undefined> {
    if (kind === 'user') return (await findUser(this.hub, name))?.id
    return (await findService(this.hub, name))?.id
  }

  /** Written as it is: roles are lost and tokens stay, so that a token may ask for more than there is. */
  async #makeToken(owner: Owner, raw: readonly string[]): Promise<void> {
    const id = await this.#ownerId(owner)
    if (id === undefined) return
    const secret = `token-${this.tokens.length}-of-${owner.name}`
    const record = {
      id: `a${this.tokens.length}`,
      kind: 'hub',
      digest: sha256(secret),
      owner: { ...owner, id },
      scopes: [...raw],
      note: '',
      created: this.hub.clock.now(),
      expiresAt: null,
      client: null,
      clientInstance: null,
      session: null,
    } as const
    await this.hub.store.commit({ set: tokenWrites({ ...record, scopes: [...raw] }) })
    this.tokens.push({ secret, raw, owner })
  }
}
