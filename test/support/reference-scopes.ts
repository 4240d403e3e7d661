// What scopes mean, as plainly as it can be said: a set of atoms, each one scope for one resource of
// a tiny world, with the reasons why it is held. Slow and simple on purpose; it shares nothing with
// src/model but the table of scopes, which test/model/jupyterhub.test.ts checks against JupyterHub.
import type { RoleSpec } from '../../src/model/roles.ts'
import { SCOPES } from '../../src/model/scope-table.ts'

/** The groups of each user. Users and groups that nobody named exist as well: they are in no group. */
export type Memberships = Readonly<Record<string, readonly string[]>>

export const USERS = ['ada', 'bob', 'cyd', 'ghost']
export const GROUPS = ['red', 'blue', 'void']
export const SERVERS = ['ada/', 'ada/lab', 'bob/', 'bob/a=b!c', 'ghost/x/y']
export const SERVICES = ['cull', 'grade']

/** Scopes of the deployment's own. */
export const CUSTOM = {
  'custom:read': { description: 'Read papers.', subscopes: [] },
  'custom:write': { description: 'Write papers.', subscopes: ['custom:read'] },
  'custom:log': { description: 'Read the log.', subscopes: [] },
  'custom:all': { description: 'Everything.', subscopes: ['custom:write', 'custom:log'] },
}

/** Every scope that there is. */
export const ALL_SCOPES = [...SCOPES.keys(), ...Object.keys(CUSTOM)]

/** `user ada`, `server ada/lab`, …; `*` stands for every resource at once, named or not. */
export const RESOURCES = [
  '*',
  ...USERS.map((name) => `user ${name}`),
  ...GROUPS.map((name) => `group ${name}`),
  ...SERVERS.map((name) => `server ${name}`),
  ...SERVICES.map((name) => `service ${name}`),
]

/** `scope > resource` to the reasons why it is held: `everything`, `user=ada`, `group=red`, … */
export type Atoms = Map<string, Set<string>>

export interface Owner {
  readonly kind: 'user' | 'service'
  readonly name: string
}

const SELF =
  'access:servers delete:servers read:servers read:shares read:tokens read:users read:users:activity ' +
  'read:users:groups read:users:name read:users:shares servers start:servers tokens users:activity users:shares'

const ADMIN =
  'admin-ui admin:users admin:servers admin:services tokens admin:groups list:services read:services ' +
  'read:hub proxy shutdown access:services access:servers read:roles read:metrics shares'

/** Somebody lets others use a server: `user bob` or `group red`. */
export interface Share {
  readonly server: string
  readonly with: string
  readonly scopes: readonly string[]
}

/** All that decides what somebody may do. */
export interface World {
  readonly admins: readonly string[]
  readonly groups: Memberships
  readonly roles: readonly RoleSpec[]
  readonly shares: readonly Share[]
}

/** What a user or service may do: by the roles, and by what others share. */
export function referenceOwner(world: World, owner: Owner): Atoms {
  return referenceAtoms([...ofRoles(world, owner), ...ofShares(world, owner)], owner, world.groups)
}

/** What a token allows: with `inherit` what its owner may do, else what both allow. */
export function referenceToken(
  world: World,
  owner: Owner,
  raw: readonly string[],
): ReadonlySet<string> {
  const held = referenceOwner(world, owner)
  if (raw.includes('inherit')) return new Set(held.keys())
  const own =
    owner.kind === 'service'
      ? [`read:services:name!service=${owner.name}`]
      : [`read:users:name!user=${owner.name}`, `read:users:groups!user=${owner.name}`]
  return referenceIntersection(referenceAtoms([...raw, ...own], owner, world.groups), held)
}

function ofRoles({ admins, groups, roles }: World, { kind, name }: Owner): string[] {
  const given = roles.filter((role) => {
    if (kind === 'service') return role.services.includes(name)
    return role.users.includes(name) || role.groups.some((group) => groups[name]?.includes(group))
  })
  const names = given.map((role) => role.name)
  if (kind === 'user') names.push('user')
  if (admins.includes(`${kind} ${name}`)) names.push('admin')
  return names.flatMap((role) => scopesOfRole(roles, role))
}

function scopesOfRole(roles: readonly RoleSpec[], name: string): readonly string[] {
  if (name === 'admin') return ADMIN.split(' ')
  const scopes = roles.find((role) => role.name === name)?.scopes
  return scopes ?? (name === 'user' ? ['self'] : [])
}

function ofShares({ groups, shares }: World, { kind, name }: Owner): string[] {
  const ends = [`user ${name}`, ...(groups[name] ?? []).map((group) => `group ${group}`)]
  const mine = shares.filter((share) => kind === 'user' && ends.includes(share.with))
  return mine.flatMap(({ server, scopes }) => scopes.map((scope) => `${scope}!server=${server}`))
}

/** The atoms that raw scopes give an owner. */
export function referenceAtoms(raw: readonly string[], owner: Owner, groups: Memberships): Atoms {
  const atoms: Atoms = new Map()
  for (const [scope, reason] of raw.flatMap((text) => grants(text, owner))) {
    for (const resource of RESOURCES) {
      if (!reaches(reason, resource, groups)) continue
      const atom = `${scope} > ${resource}`
      atoms.set(atom, (atoms.get(atom) ?? new Set()).add(reason))
    }
  }
  return atoms
}

/**
 * The atoms that both sides hold. One exception: when each side reaches a resource only through
 * groups, and through different ones, the intersection is defined not to see it.
 */
export function referenceIntersection(a: Atoms, b: Atoms): Set<string> {
  const both = new Set<string>()
  for (const [atom, why] of a) {
    const whyNot = [...why].flatMap((left) =>
      [...(b.get(atom) ?? [])].map(
        (right) => left !== right && left.startsWith('group=') && right.startsWith('group='),
      ),
    )
    if (whyNot.includes(false)) both.add(atom)
  }
  return both
}

/** Whether a filter (`user=ada`, or `everything`) reaches a resource (`server ada/lab`, or `*`). */
export function reaches(reason: string, resource: string, groups: Memberships): boolean {
  if (reason === 'everything') return true
  if (resource === '*') return false
  const [kind = '', name = ''] = cut(resource, ' ')
  if (reason === `${kind}=${name}`) return true
  if (kind === 'server') return reaches(reason, `user ${cut(name, '/')[0]}`, groups)
  return kind === 'user' && (groups[name] ?? []).some((group) => reason === `group=${group}`)
}

/** Each scope that one raw scope brings, with the reason why. */
function grants(raw: string, owner: Owner): [scope: string, reason: string][] {
  if (raw === 'inherit' || (raw === 'self' && owner.kind === 'service')) return []
  if (raw === 'self') return SELF.split(' ').map((scope) => [scope, `user=${owner.name}`])
  const [base = '', ...rest] = raw.split('!')
  const reason = reasonOf(rest.join('!'), owner)
  if (reason === null) return []
  const narrow = reason.startsWith('server=')
  return withSubscopes(base)
    .filter((scope) => !(narrow && scope.startsWith('read:user')))
    .map((scope) => [scope, reason])
}

function reasonOf(filter: string, owner: Owner): string | null {
  if (filter === '') return 'everything'
  if (filter.includes('=')) return filter
  return filter === owner.kind ? `${filter}=${owner.name}` : null
}

function withSubscopes(scope: string): string[] {
  const custom: Readonly<Record<string, { subscopes: readonly string[] }>> = CUSTOM
  const entry = SCOPES.get(scope) ?? custom[scope]
  return [scope, ...(entry?.subscopes ?? []).flatMap(withSubscopes)]
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at)
  return [text.slice(0, index), text.slice(index + 1)]
}
