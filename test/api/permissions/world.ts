import { issueToken } from '../../../src/hub/tokens/tokens.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { METASCOPES, SCOPES } from '../../../src/model/scope-table.ts'
import { putServer } from '../../support/people.ts'
import type { Answer, Rig } from '../harness.ts'
import { openRig, SERVICE } from '../harness.ts'
import type { Line, Lists, Needs } from './table.ts'

/** Every scope of the hub that is not a metascope. */
const EVERY: readonly string[] = [...SCOPES.keys()].filter((name) => !METASCOPES.has(name))

const NAMES: Readonly<Record<string, string>> = {
  name: 'ada',
  server: 'lab',
  group: 'red',
  service: 'announce',
  token_id: 'a1',
  session_id: '0123456789abcdef0123456789abcdef',
  owner: 'grace',
  token: 'a-token-that-nobody-made',
  cookie_name: 'hubgate-login',
  cookie_value: 'a-cookie-that-nobody-has',
}

/** The filters that name the resource of a line's path. */
const COVERING: Readonly<Record<Needs['for'], readonly string[]>> = {
  user: ['user=ada', 'group=red'],
  server: ['server=ada/', 'server=ada/lab', 'user=ada', 'group=red'],
  group: ['group=red'],
  service: ['service=announce'],
  nothing: [],
}

/** Filters that look like it and name something else. */
const MISSING: Readonly<Record<Needs['for'], readonly string[]>> = {
  user: ['user=grace', 'user=ada/', 'group=blue', 'server=ada/', 'group=ada'],
  server: ['server=ada/la', 'server=grace/lab', 'server=grace/', 'user=grace', 'group=blue'],
  group: ['group=blue', 'user=red', 'user=ada'],
  service: ['service=auditor2', 'service=other', 'user=announce', 'group=red'],
  nothing: ['user=ada', 'group=red', 'server=ada/lab', 'service=announce'],
}

/** One of each kind of filter. */
const KINDS = {
  user: 'user=ada',
  group: 'group=red',
  server: 'server=ada/lab',
  service: 'service=x',
}

/** Ada with two servers, each group with one member, and somebody who holds every scope. */
export async function openWorld(): Promise<Rig> {
  const rig = await openRig({
    config: {
      services: [
        { name: 'announce', api_token: SERVICE },
        { name: 'auditor', api_token: 'auditor-token-of-the-config-map' },
      ],
      load_groups: { red: { users: ['ada'] }, blue: { users: ['grace'] } },
      load_roles: [{ name: 'everything', scopes: [...EVERY], services: ['auditor'] }],
      slow_spawn_timeout: 0,
      admin_access: true,
    },
  })
  const ada = await findUser(rig.hub, 'ada')
  if (ada === undefined) throw new Error('no ada')
  for (const name of ['', 'lab']) await putServer(rig.hub, ada, name)
  return rig
}

/** The path of a line with the names of the world. */
export function pathOf({ path }: Line): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => NAMES[name] ?? name)
}

/**
 * A token with these scopes, of an owner who holds every one of them: a service, or an admin where
 * the line is about a service, for a token always shows its own owner.
 */
export async function tokenFor(rig: Rig, line: Line, scopes: readonly string[]): Promise<string> {
  if (typeof line.who !== 'string' && 'for' in line.who && line.who.for === 'service')
    return rig.tokenOf('ops', scopes)
  const owner = { kind: 'service', name: 'auditor', id: 'auditor' } as const
  return (await issueToken(rig.hub, { owner, scopes, note: '', expiresAt: null })).token
}

/** Sends what a line describes. */
export function ask(
  rig: Rig,
  line: Line,
  who: string | Record<string, string> | null,
): Promise<Answer> {
  const given = typeof who === 'string' ? { authorization: `token ${who}` } : (who ?? {})
  const headers = line.body === undefined ? given : { ...given, 'content-type': 'application/json' }
  return rig.call(line.method, pathOf(line), headers, line.body)
}

function bringing(scope: string): string[] {
  return [scope, ...(SCOPES.get(scope)?.subscopes ?? []).flatMap(bringing)]
}

/** Every scope but those that are enough and those that bring them along. */
export function insufficient({ anyOf }: Needs | Lists): string[] {
  return EVERY.filter((scope) => !bringing(scope).some((one) => anyOf.includes(one)))
}

/** A server is no user: a scope on users that is narrowed to a server is nothing. */
const isNothing = (scope: string, filter: string): boolean =>
  filter.startsWith('server=') && scope.startsWith('read:user')

/** The scopes of a line with each filter of a list. */
function withFilters(scopes: readonly string[], filters: readonly string[]): string[] {
  return scopes.flatMap((scope) =>
    filters.filter((filter) => !isNothing(scope, filter)).map((filter) => `${scope}!${filter}`),
  )
}

/** What a test is called. */
export function titleOf({ method, path, body }: Line): string {
  return `${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`
}

/** Which server a path names, so that the other one is out of reach. */
function coveringFilters(line: Line, kind: Needs['for']): readonly string[] {
  const other = line.path.includes('{server}') ? 'server=ada/' : 'server=ada/lab'
  return COVERING[kind].filter((filter) => filter !== other)
}

/** The line's scopes narrowed to what its path names. */
export function covering(line: Line, who: Needs | Lists): string[] {
  if ('filters' in who) {
    const fitting = who.filters.map((kind) => KINDS[kind])
    return withFilters(who.anyOf, fitting)
  }
  return withFilters(who.anyOf, coveringFilters(line, who.for))
}

/** The line's scopes narrowed to something else. */
export function elsewhere(line: Line, who: Needs | Lists): string[] {
  if ('filters' in who) {
    const kinds = Object.entries(KINDS).filter(([kind]) => !who.filters.some((fit) => fit === kind))
    return withFilters(
      who.anyOf,
      kinds.map(([, filter]) => filter),
    )
  }
  const others = COVERING[who.for].filter((one) => !coveringFilters(line, who.for).includes(one))
  return withFilters(who.anyOf, [...MISSING[who.for], ...others])
}

/** Whether scopes that name something else are answered as a resource that there is not. */
export function namesResource(who: Needs | Lists): boolean {
  return !('filters' in who) && who.for !== 'nothing'
}
