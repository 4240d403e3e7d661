import { scopeEntry } from '../../model/scope-table.ts'
import { escapePath } from '../../model/server-url.ts'
import { abilityText } from '../../views/shares/abilities.ts'
import { sharePage } from '../../views/shares/share-page.ts'
import type {
  Offer,
  SentShare,
  SharePageProps,
  ShownInvitation,
  ShownShare,
} from '../../views/shares/share-props.ts'
import { bodyOf, callApi } from '../api-client.ts'
import { page } from '../respond.ts'
import type { Target } from '../servers/target.ts'
import { may, targetPath } from '../servers/target.ts'
import type { SignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'

/** Rows of each list on one page. */
const LIMIT = 50

/** What can be given on the page, with its scopes; more can be given through the API. */
export const OFFERS = {
  open: { label: 'open it while it runs', scopes: ['access:servers'] },
  start: { label: 'open it, and start it', scopes: ['access:servers', 'start:servers'] },
} as const

type OfferName = keyof typeof OFFERS

/** The scopes that a form's choice stands for; those of opening it for a choice that there is not. */
export function offeredScopes(value: string | undefined): readonly string[] {
  return OFFERS[value === 'start' ? 'start' : 'open'].scopes
}

interface Listed<Item> {
  items: Item[]
  _pagination: { total: number }
}

interface Share {
  kind: 'user' | 'group'
  user: { name: string } | null
  group: { name: string } | null
  scopes: string[]
  created_at: string
}

interface ShareCode {
  id: string
  scopes: string[]
  expires_at: string
  exchange_count: number
  last_exchanged_at: string | null
}

/** What the API calls a server, `ada/` for the default one: the end of its paths about shares. */
export function apiPath({ user, server }: Target): string {
  return `${escapePath(user)}/${escapePath(server)}`
}

function abilitiesOf({ config }: Visit, scopes: readonly string[]): string[] {
  return scopes.map((filtered) => {
    const scope = filtered.split('!', 1)[0] ?? filtered
    return abilityText(scope, scopeEntry(scope, config.custom_scopes)?.description)
  })
}

function shownShare(visit: Visit, { kind, user, group, scopes, created_at }: Share): ShownShare {
  const name = (kind === 'user' ? user : group)?.name ?? ''
  return { kind, name, abilities: abilitiesOf(visit, scopes), since: created_at }
}

function shownInvitation(visit: Visit, code: ShareCode): ShownInvitation {
  return {
    id: code.id,
    abilities: abilitiesOf(visit, code.scopes),
    expires: code.expires_at,
    used: code.exchange_count,
    lastUsed: code.last_exchanged_at,
  }
}

function offersFor(member: SignedIn, target: Target): Offer[] {
  const held = (scopes: readonly string[]): boolean =>
    scopes.every((scope) => may(member.principal, scope, target))
  return (Object.keys(OFFERS) as OfferName[])
    .filter((name) => held(OFFERS[name].scopes))
    .map((name) => ({ value: name, label: OFFERS[name].label }))
}

function offsetOf({ c }: Visit): number {
  const asked = Number(c.req.query('offset') ?? 0)
  return Number.isSafeInteger(asked) && asked > 0 ? asked : 0
}

async function readProps(visit: Visit, member: SignedIn, target: Target): Promise<SharePageProps> {
  const { deps, hubPath } = visit
  const path = apiPath(target)
  const offset = offsetOf(visit)
  const sharesAt = `/shares/${path}?offset=${offset}&limit=${LIMIT}`
  const [shares, codes] = await Promise.all([
    callApi<Listed<Share>>(visit, member, 'GET', sharesAt),
    callApi<Listed<ShareCode>>(visit, member, 'GET', `/share-codes/${path}?limit=${LIMIT}`),
  ])
  const shared = bodyOf(shares)
  const open = bodyOf(codes)
  return {
    ...{ hubPath, viewer: member.viewer, now: deps.hub.clock.now() },
    ...{ owner: target.user, server: target.server, path: targetPath(target) },
    shares: shared.items.map((one) => shownShare(visit, one)),
    paging: { offset, limit: LIMIT, total: shared._pagination.total },
    invitations: open.items.map((one) => shownInvitation(visit, one)),
    moreInvitations: Math.max(0, open._pagination.total - open.items.length),
    mayShare: may(member.principal, 'shares', target),
    offers: offersFor(member, target),
  }
}

/**
 * The page about who may use a server because it is shared, as it is now.
 * @throws HubgateError as the API does when the viewer may not see that, or there is no such server
 */
export async function sharesOf(
  visit: Visit,
  member: SignedIn,
  target: Target,
  shown: { again?: SentShare; madeLink?: string; done?: string | undefined; status?: number } = {},
): Promise<Response> {
  const { status = 200, ...more } = shown
  return page(sharePage({ ...(await readProps(visit, member, target)), ...more }), { status })
}
