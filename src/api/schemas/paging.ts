import { z } from '@hono/zod-openapi'

const INTEGER = /^\s*[+-]?\d+\s*$/

/** As JupyterHub reads it: any integer, of which the size counts (wire-contract §1.2). */
const count = z
  .string()
  .regex(INTEGER, 'Invalid argument type, offset and limit must be integers')
  .transform((text) => Math.min(Math.abs(Number(text)), Number.MAX_SAFE_INTEGER))
  .optional()

export const pagingQuery = z.object({
  offset: count.openapi({
    type: 'integer',
    description: 'How many to leave out at the beginning.',
  }),
  limit: count.openapi({
    type: 'integer',
    description: 'The most to answer, up to the highest that is configured (200 unless changed).',
  }),
})

export const pagination = z
  .object({
    offset: z.int(),
    limit: z.int(),
    total: z.int(),
    next: z
      .union([z.object({ offset: z.int(), limit: z.int(), url: z.string() }), z.null()])
      .openapi({ description: 'Where the next page is; null on the last.' }),
  })
  .openapi('Pagination')

/** A list in an envelope, whatever the client asks for. */
export function envelopeOf(items: z.ZodType): z.ZodType {
  return z.object({ items, _pagination: pagination })
}

/** The list alone, or with the pagination's media type in an envelope. */
export function pageOf(items: z.ZodType): z.ZodType {
  return z.union([items, envelopeOf(items)])
}
