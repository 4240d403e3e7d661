import { z } from '@hono/zod-openapi'

/** Where a list goes on that has cursors instead of offsets. */
export const cursorPagination = z.object({
  limit: z.int(),
  next: z
    .union([z.object({ after: z.string(), limit: z.int(), url: z.string() }), z.null()])
    .openapi({ description: 'Where the list goes on, also behind a short page; null at its end.' }),
})
