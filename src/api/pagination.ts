import type { z } from '@hono/zod-openapi'
import { XSRF_FIELD } from '../auth/xsrf.ts'
import type { ApiRequest } from './api-request.ts'
import type { OpenCall } from './route.ts'
import type { pagingQuery } from './schemas/paging.ts'

/** Asks for the envelope; recognised as a whole list element only (wire-contract §1.2). */
export const PAGINATION_TYPE = 'application/jupyterhub-pagination+json'

export interface Page {
  offset: number
  limit: number
  /** Whether the answer is an envelope that says where the next page is. */
  enveloped: boolean
}

type PagingCall = Pick<OpenCall<z.output<typeof pagingQuery>>, 'query' | 'request' | 'hub'>

/** Which part of a list is asked for, within the limits of the configuration. */
export function pageOf({ query, request, hub }: PagingCall): Page {
  const { api_page_default_limit, api_page_max_limit } = hub.snapshot().config
  const accepted = (request.headers.get('accept') ?? '').split(',')
  const enveloped = accepted.some((type) => type.trim().toLowerCase() === PAGINATION_TYPE)
  const limit = query.limit ?? (enveloped ? api_page_default_limit : api_page_max_limit)
  return {
    offset: query.offset ?? 0,
    limit: Math.min(Math.max(limit, 1), api_page_max_limit),
    enveloped,
  }
}

/**
 * The request's own URL with other parameters, below the public address where one is configured.
 * @param publicUrl the configured one
 */
export function urlWith(
  request: ApiRequest,
  publicUrl: string | undefined,
  params: Readonly<Record<string, string | number>>,
): string {
  const own = new URL(request.url)
  const url = publicUrl === undefined ? own : new URL(own.pathname + own.search, publicUrl)
  url.searchParams.delete(XSRF_FIELD)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value))
  return url.href
}

/**
 * The envelope of a list's answer: the items with where the next page is.
 * @param total how many there are on all pages
 * @param publicUrl the configured one
 */
export function envelope(
  call: PagingCall,
  page: Page,
  items: unknown,
  total: number,
  publicUrl: string | undefined,
): unknown {
  const { limit } = page
  const offset = page.offset + limit
  const url = urlWith(call.request, publicUrl, { offset, limit })
  const next = offset < total ? { offset, limit, url } : null
  return { items, _pagination: { offset: page.offset, limit, total, next } }
}

/** The body of a list's answer: the items alone, or in the {@link envelope} for whoever asks for it. */
export function pageBody(
  call: PagingCall,
  page: Page,
  items: unknown,
  total: number,
  publicUrl: string | undefined,
): unknown {
  return page.enveloped ? envelope(call, page, items, total, publicUrl) : items
}
