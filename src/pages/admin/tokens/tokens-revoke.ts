import { requireScope } from '../../../auth/require-scope.ts'
import type { TokenFilter } from '../../../views/admin/tokens/tokens-filter.ts'
import type { KeptToken } from '../../../views/admin/tokens/tokens-revoke-page.ts'
import {
  tokensConfirmPage,
  tokensRevokedPage,
} from '../../../views/admin/tokens/tokens-revoke-page.ts'
import type { ApiAnswer } from '../../api-client.ts'
import { callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { page } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm, memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { answerTokens } from './tokens.ts'
import { filterIn, findTokens, tokensPath } from './tokens-search.ts'

/** Tokens that the API is asked to revoke at a time. */
const BATCH = '200'

/** Batches for one page: the rest waits until somebody goes on. */
const MAX_BATCHES = 10

/** Rows that the question shows. */
const FIRST = 10

/** Tokens that stay which are named. */
const MAX_KEPT = 20

interface Batch {
  revoked: number
  kept: KeptToken[]
  next: string | null
}

interface Outcome {
  revoked: number
  /** Some of those that stay. */
  kept: KeptToken[]
  keptCount: number
  /** The cursor to go on behind; null when all were looked at. */
  next: string | null
  /** Why it ended before. */
  error?: string
}

/**
 * Revokes what a filter means, or only counts it, as far as one page goes.
 * @returns the API's refusal when nothing could be done at all
 */
async function sweep(
  visit: Visit,
  member: SignedIn,
  filter: TokenFilter,
  { dryRun, after }: { dryRun: boolean; after: string },
): Promise<ApiAnswer<Outcome>> {
  const outcome: Outcome = { revoked: 0, kept: [], keptCount: 0, next: after }
  for (let batches = 0; batches < MAX_BATCHES && outcome.next !== null; batches++) {
    const paging: Record<string, string> = { limit: BATCH, dry_run: String(dryRun) }
    if (outcome.next !== '') paging['after'] = outcome.next
    const answer = await callApi<Batch>(visit, member, 'DELETE', tokensPath(filter, paging))
    if (!answer.ok && batches === 0) return answer
    if (!answer.ok) return { ok: true, status: 200, body: { ...outcome, error: answer.message } }
    const { revoked, kept, next } = answer.body
    outcome.revoked += revoked
    outcome.keptCount += kept.length
    outcome.kept.push(...kept.slice(0, MAX_KEPT - outcome.kept.length))
    outcome.next = next
  }
  return { ok: true, status: 200, body: outcome }
}

/** The tokens, with why they cannot be revoked. */
function refuse(
  visit: Visit,
  member: SignedIn,
  filter: TokenFilter,
  { status, message: error }: { status: number; message: string },
): Promise<Response> {
  return answerTokens(visit, member, { filter, after: '', fault: { status, error } })
}

/** Without a filter all tokens would end: then somebody is asked for one instead. */
function askForFilter(visit: Visit, member: SignedIn): Promise<Response> {
  const message = 'Filter first: without a filter all tokens of everybody would end.'
  return refuse(visit, member, {}, { status: 400, message })
}

/** Asks before the tokens are revoked that a filter means, and shows which ones. */
export const showRevoke = memberPage(async (visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const filter = filterIn(new URL(visit.c.req.url).searchParams)
  if (Object.keys(filter).length === 0) return askForFilter(visit, member)
  const counted = await sweep(visit, member, filter, { dryRun: true, after: '' })
  if (!counted.ok) return refuse(visit, member, filter, counted)
  const { next, ...outcome } = counted.body
  const found = await findTokens(visit, member, filter, { after: '', limit: FIRST })
  const { hubPath, deps } = visit
  const { viewer } = member
  const first = found.ok ? found.body.tokens : []
  const now = deps.hub.clock.now()
  const props = { hubPath, viewer, filter, ...outcome, first, now }
  return page(tokensConfirmPage({ ...props, more: next !== null }))
})

const countIn = (form: URLSearchParams, name: string): number => {
  const text = field(form, name) ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : 0
}

/** Revokes the tokens that a filter means, as many as one page takes, and says what became of them. */
export const revokeAll = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const filter = filterIn(form)
  if (Object.keys(filter).length === 0) return askForFilter(visit, member)
  const after = field(form, 'after') ?? ''
  const swept = await sweep(visit, member, filter, { dryRun: false, after })
  if (!swept.ok) return refuse(visit, member, filter, swept)
  const outcome = swept.body
  const { hubPath } = visit
  const { viewer } = member
  const revoked = outcome.revoked + countIn(form, 'revoked')
  const keptCount = outcome.keptCount + countIn(form, 'kept')
  return page(tokensRevokedPage({ hubPath, viewer, filter, ...outcome, revoked, keptCount }))
})
