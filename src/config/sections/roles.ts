import { z } from 'zod'
import { names } from './values.ts'

/** A group and its members. */
export const group = z.strictObject({
  users: names.default([]).describe('Exactly who is in the group; users are made when missing.'),
  properties: z
    .record(z.string(), z.json())
    .default({})
    .describe('Any JSON; the API shows it to those who may read the group.'),
})

/** A role and who has it. */
export const role = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9\-_~.]{1,253}[a-z0-9]$/,
      'a role name has 3 to 255 characters: a lower-case letter, then a-z 0-9 - _ ~ . and at the end a letter or digit',
    )
    .describe(
      'user, server and token change the default role of that name; admin keeps its scopes.',
    ),
  description: z.string().optional().describe("For people. Left out: the default role's."),
  scopes: z
    .array(z.string())
    .optional()
    .describe(
      'What the role allows: read:users!group=class-a. Left out: what the default role has.',
    ),
  users: names.default([]).describe('Who has the role.'),
  groups: names.default([]).describe('Groups whose members have the role.'),
  services: names.default([]).describe('Services that have the role; each is in services.'),
})

/** A scope that services define. */
export const customScope = z.strictObject({
  description: z.string().describe('What the scope allows, for people.'),
  subscopes: z
    .array(z.string())
    .default([])
    .describe('Custom scopes that this one brings along; each is in custom_scopes.'),
})
