import type { z } from '@hono/zod-openapi'
import { XSRF_FIELD } from '../auth/xsrf.ts'
import type { OpenCall } from './route.ts'
import type { pagingQuery } from './schemas/paging.ts'

/** Asks for the envelope; recognised as a whole list element only (wire-contract §1.2). */
export const PAGINATION_TYPE = 'application/jupyterhub-pagination+json'

/** JupyterHub's api_page_max_limit and api_page_default_limit. */
const MAX_LIMIT = 200
const DEFAULT_LIMIT = 50

export interface Page {
  offset: number
  limit: number
  /** Whether the answer is an envelope that says where the next page is. */
  enveloped: boolean
}

type PagingCall = Pick<OpenCall<z.output<typeof pagingQuery>>, 'query' | 'request'>

/** Which part of a list is asked for. */
export function pageOf({ query, request }: PagingCall): Page {
  const accepted = (request.headers.get('accept') ?? '').split(',')
  const enveloped = accepted.some((type) => type.trim().toLowerCase() === PAGINATION_TYPE)
  const limit = query.limit ?? (enveloped ? DEFAULT_LIMIT : MAX_LIMIT)
  return {
    offset: query.offset ?? 0,
    limit: Math.min(Math.max(limit, 1), MAX_LIMIT),
    enveloped,
  }
}

/** The request's own URL for another page, below the public address where one is configured. */
function urlOf(request: Request, publicUrl: string | undefined, offset: number, limit: number) {
  const own = new URL(request.url)
  const url = publicUrl === undefined ? own : new URL(own.pathname + own.search, publicUrl)
  url.searchParams.delete(XSRF_FIELD)
  url.searchParams.set('offset', String(offset))
  url.searchParams.set('limit', String(limit))
  return url.href
}

/**
 * The body of a list's answer: the items alone, or in the envelope.
 * @param total how many there are on all pages
 * @param publicUrl the configured one
 */
export function pageBody(
  call: PagingCall,
  page: Page,
  items: unknown,
  total: number,
  publicUrl: string | undefined,
): unknown {
  if (!page.enveloped) return items
  const { limit } = page
  const offset = page.offset + limit
  const next =
    offset < total ? { offset, limit, url: urlOf(call.request, publicUrl, offset, limit) } : null
  return { items, _pagination: { offset: page.offset, limit, total, next } }
}
