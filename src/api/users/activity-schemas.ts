import { z } from '@hono/zod-openapi'
import { ifWrongType } from '../schemas/common.ts'
import { shown } from '../schemas/shown.ts'
import { parseTimestamp } from '../timestamp.ts'

const SERVERS = 'servers must be a dict of the form {server_name: {last_activity: timestamp}}'

/** Milliseconds since the epoch. */
const timestamp = z
  .unknown()
  .transform((value, context) => {
    const at = typeof value === 'string' ? parseTimestamp(value) : undefined
    if (at !== undefined) return at
    const message = value === undefined ? SERVERS : `Not a valid timestamp: ${shown(value)}`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time' })

export const activityBody = z.object(
  {
    last_activity: timestamp.nullish().openapi({ type: ['string', 'null'], format: 'date-time' }),
    servers: z
      .record(z.string(), z.object({ last_activity: timestamp }, SERVERS), SERVERS)
      .nullish(),
  },
  ifWrongType('body must be a json dict'),
)
