import { z } from '@hono/zod-openapi'
import { nullableTime, time } from '../schemas/common.ts'
import { pagingQuery } from '../schemas/paging.ts'

/** A year: JupyterHub's limits of `expires_in`, in seconds. */
const MIN_SECONDS = 60
const MAX_SECONDS = 525_600 * 60
/** How long a code lasts when nothing is said. */
export const DEFAULT_EXPIRES_IN = 86_400

const named = z.object({ name: z.string() })
const nullableName = z.union([named, z.null()])

/** The part of a server that those who may share or use it see (wire-contract §10). */
const sharedServer = z
  .object({
    user: named.openapi({ description: 'Whose server it is.' }),
    name: z.string().openapi({ description: 'Empty for the default server.' }),
    url: z.string(),
    full_url: z.string().nullable(),
    ready: z.boolean(),
  })
  .openapi('SharedServer')

const shownScopes = z
  .array(z.string())
  .openapi({ description: 'Sorted, each for this server alone.' })

export const shareModel = z
  .object({
    server: sharedServer,
    scopes: shownScopes,
    user: nullableName,
    group: nullableName,
    kind: z.enum(['user', 'group']),
    created_at: time,
  })
  .openapi('Share')

/** A share, or `{}` when nothing is left of it. */
export const shareLeft = z.union([shareModel, z.strictObject({})])

export const shareCodeModel = z
  .object({
    server: sharedServer,
    scopes: shownScopes,
    id: z.string().openapi({ description: 'sc_N' }),
    created_at: time,
    expires_at: time,
    exchange_count: z.int(),
    last_exchanged_at: nullableTime,
  })
  .openapi('ShareCode')

export const newShareCodeModel = shareCodeModel
  .extend({
    code: z.string().openapi({ description: 'Shown this once.' }),
    accept_url: z.string().openapi({ description: 'The page where the code is accepted.' }),
    full_accept_url: z
      .string()
      .nullable()
      .openapi({ description: 'The same with host; null without public_url.' }),
  })
  .openapi('NewShareCode')

export const sharesQuery = pagingQuery

const scopes = z
  .array(z.string())
  .nullish()
  .openapi({
    type: ['array', 'null'],
    description: 'Without a filter or with that of this server.',
  })

const shareFields = z.strictObject({
  scopes,
  user: z.string().min(1, 'user must not be empty').nullish(),
  group: z.string().min(1, 'group must not be empty').nullish(),
})

/** Names exactly one user or group. */
export const shareBody = shareFields.superRefine(({ user, group }, context) => {
  if (user != null && group != null) {
    context.addIssue('Expected exactly one of `user` or `group`, not both.')
  }
  if (user == null && group == null) context.addIssue('Specify exactly one of `user` or `group`')
})

const WHOLE = 'expires_in must be a number of whole seconds'

/** Digits in a string are as good as a number, as in JupyterHub. */
const expiresIn = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d{1,16}$/)
        .transform(Number),
    ],
    WHOLE,
  )
  .refine(Number.isInteger, { error: WHOLE, abort: true })
  .refine((count) => count >= MIN_SECONDS, `expires_in must be at least ${MIN_SECONDS} seconds`)
  .refine((count) => count <= MAX_SECONDS, `expires_in must be at most ${MAX_SECONDS} seconds`)
  .default(DEFAULT_EXPIRES_IN)
  .openapi({
    type: ['integer', 'string'],
    description: `Seconds until the code ends: ${MIN_SECONDS} to ${MAX_SECONDS}.`,
  })

export const shareCodeBody = z.strictObject({ scopes, expires_in: expiresIn }).optional()

export const revokeCodesQuery = z.object({
  code: z
    .string()
    .min(1, 'code must not be empty')
    .optional()
    .openapi({ description: 'Only this code.' }),
  id: z
    .string()
    .min(1, 'id must not be empty')
    .optional()
    .openapi({ description: 'Only the code with this id, sc_N.' }),
})
