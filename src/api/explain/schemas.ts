import { z } from '@hono/zod-openapi'
import { ifWrongType } from '../schemas/common.ts'

const MAX_NAME = 512

const name = z.string().min(1).max(MAX_NAME)

const RESOURCE_KINDS = ['user', 'server', 'group', 'service'] as const

const ONE_RESOURCE = 'resource must name one of user, server, group and service'

const resource = z
  .strictObject({
    user: name.optional(),
    server: name
      .includes('/', {
        error: 'resource.server must be user/name, or user/ for the default server',
      })
      .optional(),
    group: name.optional(),
    service: name.optional(),
  })
  .refine((named) => Object.keys(named).length === 1, ONE_RESOURCE)

const OWN_CREDENTIAL = 'Left out with the others: the credential that asks.'

const ONE_SUBJECT = 'Name at most one of token, token_id, user and service'

export const explainBody = z
  .strictObject(
    {
      scope: z
        .string('scope must be a string')
        .min(1)
        .max(MAX_NAME)
        .openapi({ description: 'A scope without filter: read:users.' }),
      resource: resource.nullish().openapi({
        description:
          'What it is for. Left out: for everything, which takes a scope without filter.',
      }),
      token: name.nullish().openapi({ description: `A token itself. ${OWN_CREDENTIAL}` }),
      token_id: name.nullish().openapi({ description: 'The id of a token, with its owner.' }),
      owner: name.nullish().openapi({ description: 'Whose token token_id is.' }),
      owner_kind: z.enum(['user', 'service']).nullish().openapi({
        description: 'user when left out.',
      }),
      user: name.nullish().openapi({ description: 'A user, as signed in.' }),
      service: name.nullish().openapi({ description: 'A service.' }),
    },
    ifWrongType('Body must be a JSON object'),
  )
  .refine(
    ({ token, token_id, user, service }) =>
      [token, token_id, user, service].filter((one) => one != null).length <= 1,
    ONE_SUBJECT,
  )
  .refine(
    ({ token_id, owner }) => (token_id == null) === (owner == null),
    'token_id and owner go together',
  )
  .refine(
    ({ token_id, owner_kind }) => token_id != null || owner_kind == null,
    'owner_kind goes with owner',
  )

const finding = {
  answer: z.enum(['yes', 'elsewhere', 'no']).openapi({
    description: 'elsewhere: held for other things only.',
  }),
  held_for: z.array(z.string()).openapi({ description: 'everything, or filters: group=class-a.' }),
  covered_by: z
    .array(z.string())
    .openapi({ description: 'Those of held_for that reach the resource.' }),
}

const step = z
  .looseObject({
    step: z.enum(['kind', 'token', 'owner', 'together']).openapi({
      description:
        'kind: what tokens of this kind are good for. token: what it was made for. owner: what its ' +
        'owner may do, shown to those who may read their roles. together: what remains of both.',
    }),
    ok: z.boolean(),
    token_kind: z.enum(['hub', 'notebook']).optional(),
    answer: finding.answer.optional(),
    held_for: finding.held_for.optional(),
    covered_by: finding.covered_by.optional(),
    inherits: z.boolean().optional(),
    scopes: z.array(z.string()).optional().openapi({ description: 'As the token was made.' }),
    sources: z
      .array(
        z.object({
          kind: z.enum(['role', 'shares']),
          name: z.string(),
          through: z.array(z.string()).openapi({ description: 'every user, admin, group class-a' }),
          ...finding,
        }),
      )
      .optional(),
  })
  .openapi('ExplanationStep')

export const explanation = z
  .object({
    allowed: z.boolean(),
    scope: z.string(),
    resource: z.union([
      z.object(Object.fromEntries(RESOURCE_KINDS.map((kind) => [kind, z.string().optional()]))),
      z.null(),
    ]),
    subject: z.object({
      kind: z.enum(['user', 'service']),
      name: z.string(),
      admin: z.boolean(),
      token_id: z.string().nullable(),
      token_kind: z.enum(['hub', 'notebook']).nullable(),
    }),
    reason: z.string().openapi({ description: 'For a person.' }),
    steps: z.array(step),
    missing: z
      .array(z.string())
      .openapi({ description: 'The narrowest scopes that would have been enough.' }),
    enough: z
      .array(z.string())
      .openapi({ description: 'Every scope that brings the one asked for.' }),
  })
  .openapi('Explanation')
