import { findUser } from '../../../hub/users/users.ts'
import type { TokenFilter } from '../../../views/admin/tokens/tokens-filter.ts'
import { TOKEN_FILTERS } from '../../../views/admin/tokens/tokens-filter.ts'
import type { TokenItem } from '../../../views/admin/tokens/tokens-table.ts'
import type { ApiAnswer } from '../../api-client.ts'
import { callApi } from '../../api-client.ts'
import type { SignedIn } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { permissions } from '../permissions.ts'

/** Pages of the API that one page of ours asks for: each looks at so many tokens only. */
const MAX_CALLS = 10

type Item = Omit<TokenItem, 'inConfig' | 'mayRevoke'>

interface InventoryPage {
  items: Item[]
  _pagination: { next: { after: string } | null }
}

export interface FoundTokens {
  tokens: TokenItem[]
  /** The cursor to go on behind; null when there are no more. */
  next: string | null
}

/**
 * The filter in an address or a form; blanks are no filter. `user` and `service` are short for an
 * owner of that kind, for links from their pages.
 */
export function filterIn(given: URLSearchParams): TokenFilter {
  const filter: TokenFilter = {}
  for (const kind of ['user', 'service'] as const) {
    const name = given.get(kind)?.trim() ?? ''
    if (name !== '') Object.assign(filter, { owner: name, owner_kind: kind })
  }
  for (const name of TOKEN_FILTERS) {
    const value = given.get(name)?.trim() ?? ''
    if (value !== '') filter[name] = value
  }
  return filter
}

/** The API's tokens with a query. */
export function tokensPath(filter: TokenFilter, more: Readonly<Record<string, string>>): string {
  return `/tokens?${new URLSearchParams({ ...filter, ...more }).toString()}`
}

/** The ids of tokens of the config map begin like this (docs/differences.md). */
const inConfig = ({ id }: Item): boolean => id.startsWith('c')

/** Whether the visitor may end somebody's tokens; of services as the API has it, of all or none. */
async function mayRevoke(
  { deps }: Visit,
  { principal }: SignedIn,
  { kind, name }: TokenItem['owner'],
): Promise<boolean> {
  if (principal.scopes.get('tokens') === true) return true
  if (kind === 'service') return false
  const user = await findUser(deps.hub, name)
  return user !== undefined && permissions(principal, user).user('tokens')
}

async function shown(visit: Visit, member: SignedIn, item: Item): Promise<TokenItem> {
  const may = await mayRevoke(visit, member, item.owner)
  return { ...item, inConfig: inConfig(item), mayRevoke: may && !inConfig(item) }
}

/**
 * The next tokens that a filter means, as the visitor may see them.
 * @param after the cursor to begin behind; empty for the beginning
 * @param limit the most tokens to answer
 */
export async function findTokens(
  visit: Visit,
  member: SignedIn,
  filter: TokenFilter,
  { after, limit }: { after: string; limit: number },
): Promise<ApiAnswer<FoundTokens>> {
  const tokens: TokenItem[] = []
  let next: string | null = after
  for (let calls = 0; calls < MAX_CALLS && next !== null && tokens.length < limit; calls++) {
    const paging: Record<string, string> = { limit: String(limit - tokens.length) }
    if (next !== '') paging['after'] = next
    const path = tokensPath(filter, paging)
    const answer: ApiAnswer<InventoryPage> = await callApi(visit, member, 'GET', path)
    if (!answer.ok) return answer
    const { items, _pagination } = answer.body
    tokens.push(...(await Promise.all(items.map((item) => shown(visit, member, item)))))
    next = _pagination.next?.after ?? null
  }
  return { ok: true, status: 200, body: { tokens, next } }
}
