import { z } from '@hono/zod-openapi'
import { ifWrongType, nullableTime, time } from '../schemas/common.ts'
import { shown } from '../schemas/shown.ts'

export const tokenModel = z
  .object({
    user: z.string().optional(),
    service: z.string().optional(),
    id: z.string(),
    kind: z.literal('api_token'),
    token_kind: z
      .enum(['hub', 'notebook'])
      .openapi({ description: 'What it opens: this API, or notebook servers; never both.' }),
    roles: z.array(z.string()),
    scopes: z.array(z.string()).openapi({ description: 'What it allows right now, expanded.' }),
    created: time,
    last_activity: nullableTime,
    expires_at: nullableTime,
    note: z.string(),
    session_id: z.string().nullable(),
    oauth_client: z.string(),
  })
  .openapi('Token')

export const tokenList = z.object({ api_tokens: z.array(tokenModel) }).openapi('TokenList')

export const newToken = tokenModel
  .extend({ token: z.string().openapi({ description: 'The token itself, shown this once.' }) })
  .openapi('NewToken')

/** A hundred years, in seconds: times stay printable. */
const MAX_EXPIRES_IN = 100 * 366 * 24 * 60 * 60
const MAX_NOTE = 1023

/** Scopes and roles of one token: everything that they stand for is worked out again and again. */
const MAX_SCOPES = 1000

const listOfStrings = (
  field: string,
  message = `token ${field} must be null or a list of strings`,
) =>
  z
    .array(z.string(message), message)
    .max(MAX_SCOPES, `token ${field} must be at most ${MAX_SCOPES} entries long`)
    .nullish()
    .refine((list) => list === null || list === undefined || list.every((one) => one !== ''), {
      error: `token ${field} must not be empty strings`,
    })

export const createTokenBody = z
  .object(
    {
      note: z.string().max(MAX_NOTE).nullish(),
      expires_in: z
        .int({
          error: (issue) =>
            issue.code === 'invalid_type'
              ? `token expires_in must be null or integer, not ${shown(issue.input)}`
              : undefined,
        })
        .min(1, {
          error: (issue) =>
            `expires_in must be a positive integer or null, not ${shown(issue.input)}`,
        })
        .max(MAX_EXPIRES_IN)
        .nullish()
        .openapi({ description: 'Seconds; null for as long as the hub allows.' }),
      roles: listOfStrings('roles').openapi({ description: 'Roles whose scopes it is given.' }),
      scopes: listOfStrings('scopes').openapi({
        description:
          'access:servers scopes alone make a notebook token. Left out: those of the role token, ' +
          'which is all that the owner may do unless it was redefined.',
      }),
    },
    ifWrongType('Body must be a JSON dict or empty'),
  )
  .optional()
