import { z } from '@hono/zod-openapi'
import { ifWrongType, jsonObject, nullableObject, nullableTime, time } from '../schemas/common.ts'
import { pagingQuery } from '../schemas/paging.ts'
import { serverModel } from '../servers/schemas.ts'

/** Members are absent where the caller's scopes do not show them (wire-contract §1.5). */
export const userModel = z
  .object({
    kind: z.literal('user'),
    name: z.string(),
    admin: z.boolean(),
    user_info: nullableObject,
    roles: z.array(z.string()),
    groups: z.array(z.string()),
    server: z
      .string()
      .nullable()
      .openapi({ description: "The default server's URL while it is ready." }),
    pending: z.enum(['spawn', 'stop']).nullable(),
    created: time,
    last_activity: nullableTime,
    servers: z.record(z.string(), serverModel),
    auth_state: nullableObject,
  })
  .partial()
  .openapi('User')

/** What a request may say of a user (wire-contract §1.1, Model validation). */
const userFields = {
  name: z.string().optional(),
  admin: z.boolean().optional(),
  groups: z.array(z.string()).optional(),
  roles: z.array(z.string()).optional(),
  auth_state: jsonObject.optional(),
}

const NO_USERS = 'Must specify at least one user to create'

export const createUsersBody = z.strictObject(
  {
    ...userFields,
    usernames: z.array(z.string(), ifMissing(NO_USERS)).min(1, NO_USERS),
  },
  ifWrongType(NO_USERS),
)

export const createUserBody = z.strictObject(userFields).optional()

/** Groups and roles are changed elsewhere, and there is no auth_state. */
export const changeUserBody = z.strictObject({
  name: z.string().optional(),
  admin: z.boolean().optional(),
})

export const includeStopped = z
  .string()
  .optional()
  .transform((text) => text !== undefined && !['0', 'false'].includes(text.toLowerCase()))
  .openapi({ type: 'boolean', description: 'Show stopped servers too.' })

export const userQuery = z.object({ include_stopped_servers: includeStopped })

const STATES = ['active', 'ready', 'inactive'] as const

const SORTS = ['id', 'name', 'last_activity'] as const
const SORT_VALUES = SORTS.flatMap((sort) => [sort, `-${sort}`] as const)

export const usersQuery = pagingQuery.extend({
  state: z
    .enum([...STATES, ''], {
      error: (issue) => `Unrecognized state filter: '${String(issue.input)}'`,
    })
    .transform((state) => (state === '' ? undefined : state))
    .optional()
    .openapi({
      type: 'string',
      enum: [...STATES],
      description: 'Users with an active server, with a ready one, or without any.',
    }),
  name_filter: z.string().optional().openapi({ description: 'Part of the name, in any case.' }),
  sort: z
    .enum(SORT_VALUES, {
      error: (issue) =>
        `sort must be 'id', 'name', or 'last_activity', not '${String(issue.input)}'`,
    })
    .optional()
    .openapi({ description: 'A - in front reverses the order.' }),
  include_stopped_servers: includeStopped,
})

function ifMissing(message: string): { error: (issue: { input?: unknown }) => string | undefined } {
  return {
    error: (issue) => (issue.input === undefined || issue.input === null ? message : undefined),
  }
}
