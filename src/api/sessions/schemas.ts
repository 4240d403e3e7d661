import { z } from '@hono/zod-openapi'
import { time } from '../schemas/common.ts'

const session = z
  .object({
    id: z
      .string()
      .openapi({ description: 'What it is known by; it opens nothing.', example: '4f1c…' }),
    created: time,
    last_activity: time.openapi({ description: 'When it was last used, to half a minute.' }),
    expires_at: time,
    address: z
      .string()
      .nullable()
      .openapi({ description: 'Where the sign-in came from, as far as the hub saw.' }),
    user_agent: z
      .string()
      .nullable()
      .openapi({ description: 'The browser, as it calls itself: its first 256 characters.' }),
    current: z.boolean().openapi({ description: 'Whether it is the session that asks.' }),
  })
  .openapi('Session')

export const sessionList = z.object({ sessions: z.array(session) }).openapi('SessionList')
