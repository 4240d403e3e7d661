import { z } from '@hono/zod-openapi'
import { pagingQuery } from './paging.ts'

/** Which page of a list is asked for that has cursors instead of offsets. */
export const cursorQuery = z.object({
  limit: pagingQuery.shape.limit,
  after: z.string().optional().openapi({ description: 'The cursor of the page before.' }),
})

/** Where such a list goes on. */
export const cursorPagination = z.object({
  limit: z.int(),
  next: z
    .union([z.object({ after: z.string(), limit: z.int(), url: z.string() }), z.null()])
    .openapi({ description: 'Where the list goes on, also behind a short page; null at its end.' }),
})
