import type { z } from '@hono/zod-openapi'
import type { Key } from '../store/port.ts'
import { encodeCursor } from './cursor.ts'
import { urlWith } from './pagination.ts'
import type { OpenCall } from './route.ts'
import type { cursorQuery } from './schemas/cursor-paging.ts'

type CursorCall = Pick<OpenCall<z.output<typeof cursorQuery>>, 'query' | 'request' | 'hub'>

/** How many items a page has at most: as many as asked for, within the limits of the configuration. */
export function limitOf({ query, hub }: CursorCall): number {
  const { api_page_default_limit, api_page_max_limit } = hub.snapshot().config
  return Math.min(Math.max(query.limit ?? api_page_default_limit, 1), api_page_max_limit)
}

/**
 * The envelope of a page of a list that has cursors.
 * @param next behind which key the list goes on; undefined at its end
 */
export function cursorPage(call: CursorCall, items: unknown, next: Key | undefined): unknown {
  const limit = limitOf(call)
  if (next === undefined) return { items, _pagination: { limit, next: null } }
  const after = encodeCursor(next)
  const url = urlWith(call.request, call.hub.snapshot().config.public_url, { after, limit })
  return { items, _pagination: { limit, next: { after, limit, url } } }
}
