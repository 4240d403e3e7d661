import { listServers } from '../../hub/servers/servers.ts'
import type { Principal } from '../../model/principal.ts'
import { fullName } from '../../model/server.ts'
import { isValidServerName } from '../../model/server-name.ts'
import type { Choice } from '../../views/tokens/token-form.ts'
import type { Visit } from '../visit.ts'

/** Servers of others that are offered; a token for one more is made with the API. */
const MAX_SHARED = 100

/** All of one's own servers, also those that come later: a choice that is no name. */
const ALL_SERVERS = ''

/**
 * A server as the address of the page may name it, `gpu` or `ada/gpu`, by its full name; `/` is the
 * default one.
 * @param me who asks
 * @returns {@link ALL_SERVERS} for nothing and for what can be no server
 */
export function namedServer(text: string, me: string): string {
  if (text === '') return ALL_SERVERS
  if (text === '/') return fullName(me, '')
  if (text.includes('/')) return text
  return isValidServerName(text) ? fullName(me, text) : ALL_SERVERS
}

const nameIn = (full: string): string => full.slice(full.indexOf('/') + 1)

/**
 * The servers that a notebook token can be made for: all of one's own, one of them, or one that
 * somebody else shares.
 * @param wanted a server by its full name, which is offered even if it is not there yet
 */
export async function serverChoices(
  { deps }: Visit,
  { name: me, scopes }: Principal,
  wanted: string,
): Promise<Choice[]> {
  const own = (await listServers(deps.hub, me)).map(({ name, displayName }) => ({
    value: fullName(me, name),
    label: name === '' ? 'Default server' : displayName,
  }))
  const first = { value: fullName(me, ''), label: 'Default server' }
  const known = own.some(({ value }) => value === first.value) ? own : [first, ...own]
  const held = scopes.get('access:servers')
  const shared = held === true ? [] : [...(held?.server ?? [])]
  const others = shared
    .filter((full) => !known.some(({ value }) => value === full))
    .slice(0, MAX_SHARED)
    .map((full) => ({ value: full, label: `${full}, shared with you` }))
  const listed = [...known, ...others]
  const isNew = wanted.startsWith(`${me}/`) && !listed.some(({ value }) => value === wanted)
  return [
    { value: ALL_SERVERS, label: 'All my servers, also later ones' },
    ...listed,
    ...(isNew && isValidServerName(nameIn(wanted))
      ? [{ value: wanted, label: `${nameIn(wanted)}, which is not there yet` }]
      : []),
  ]
}

/** The raw scopes of a notebook token for a choice. The API refuses what its owner may not open. */
export function scopesOfServer(choice: string): string[] {
  return [choice === ALL_SERVERS ? 'access:servers!user' : `access:servers!server=${choice}`]
}
