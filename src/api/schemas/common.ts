import { z } from '@hono/zod-openapi'

/** ISO 8601 in UTC with `Z`. */
export const time = z.string().openapi({ format: 'date-time' })

export const nullableTime = z.string().nullable().openapi({ format: 'date-time' })

/** Any JSON object. */
export const jsonObject = z
  .record(z.string(), z.json())
  .openapi({ type: 'object', additionalProperties: true })

export const nullableObject = z.union([jsonObject, z.null()])

export const errorBody = z
  .looseObject({
    status: z.int().openapi({ description: 'The HTTP status.' }),
    message: z.string().nullable().openapi({ description: 'What went wrong.' }),
  })
  .openapi('Error')

/** A schema's own text for input of the wrong type; other faults keep the general text. */
export function ifWrongType(message: string): {
  error: (issue: { code?: string }) => string | undefined
} {
  return { error: (issue) => (issue.code === 'invalid_type' ? message : undefined) }
}
