import { z } from '@hono/zod-openapi'
import { ifWrongType, jsonObject } from '../schemas/common.ts'
import { pagingQuery } from '../schemas/paging.ts'

/** Members are absent where the caller's scopes do not show them (wire-contract §1.10). */
export const groupModel = z
  .object({
    kind: z.literal('group'),
    name: z.string(),
    users: z.array(z.string()),
    properties: jsonObject,
    roles: z.array(z.string()),
  })
  .partial()
  .openapi('Group')

export const groupsQuery = pagingQuery

const NO_GROUPS = 'Must specify at least one group to create'

/** Names in one request: each is looked up, and those of groups and users are multiplied. */
const MAX_GROUPS = 1000
const MAX_USERS = 10_000
const MAX_MEMBERSHIPS = 100_000

const groupFields = {
  name: z.string().optional(),
  users: z.array(z.string()).max(MAX_USERS).optional(),
  roles: z.array(z.string()).optional(),
}

export const createGroupsBody = z
  .strictObject(
    {
      ...groupFields,
      groups: z
        .array(z.string(), {
          error: ({ input }) => (input === undefined || input === null ? NO_GROUPS : undefined),
        })
        .min(1, NO_GROUPS)
        .max(MAX_GROUPS),
    },
    ifWrongType(NO_GROUPS),
  )
  .refine(
    ({ groups, users = [] }) => groups.length * users.length <= MAX_MEMBERSHIPS,
    `The groups would have more than ${MAX_MEMBERSHIPS} members together: make fewer at a time`,
  )

export const createGroupBody = z.strictObject(groupFields).optional()

/** @param verb `add` or `delete`, for the text when there are none */
export function membersBody(verb: 'add' | 'delete') {
  const message = `Must specify users to ${verb}`
  return z.strictObject(
    {
      ...groupFields,
      users: z
        .array(z.string(), {
          error: (issue) => (issue.input === undefined ? message : undefined),
        })
        .max(MAX_USERS),
    },
    ifWrongType(message),
  )
}

export const propertiesBody = z
  .record(z.string(), z.json(), ifWrongType('Must specify properties'))
  .openapi({ type: 'object', additionalProperties: true })
