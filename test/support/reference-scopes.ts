// What scopes mean, as plainly as it can be said: a set of atoms, each one scope for one resource of
// a tiny world, with the reasons why it is held. Slow and simple on purpose; it shares nothing with
// src/model but the table of scopes, which test/model/jupyterhub.test.ts checks against JupyterHub.
import { SCOPES } from '../../src/model/scope-table.ts'

/** The groups of each user. Users and groups that nobody named exist as well: they are in no group. */
export type Memberships = Readonly<Record<string, readonly string[]>>

export const USERS = ['ada', 'bob', 'cyd', 'ghost']
export const GROUPS = ['red', 'blue', 'void']
export const SERVERS = ['ada/', 'ada/lab', 'bob/', 'bob/a=b!c', 'ghost/x/y']
export const SERVICES = ['cull', 'grade']

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
  return [scope, ...(SCOPES.get(scope)?.subscopes ?? []).flatMap(withSubscopes)]
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at)
  return [text.slice(0, index), text.slice(index + 1)]
}
