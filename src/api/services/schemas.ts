import { z } from '@hono/zod-openapi'
import { ifWrongType, jsonObject } from '../schemas/common.ts'

/** Members are absent where the caller's scopes do not show them (wire-contract §1.11). */
export const serviceSchema = z
  .object({
    kind: z.literal('service'),
    name: z.string(),
    admin: z.boolean(),
    roles: z.array(z.string()),
    url: z
      .string()
      .nullable()
      .openapi({ description: 'Where it is reached. None: empty; null in GET /user.' }),
    prefix: z.string().openapi({ description: 'Its path behind the gateway; empty for none.' }),
    command: z.array(z.string()),
    pid: z.int(),
    info: jsonObject,
    display: z.boolean(),
  })
  .partial()
  .openapi('Service')

export const servicesSchema = z.record(z.string(), serviceSchema)

const INVALID = 'Invalid service data'

const MAX_SCOPES = 1000

const strings = z.array(z.string()).optional()

/** The body of `POST /services/{service}`; `cwd`, `environment` and `user` are for managed services. */
export const createServiceBody = z
  .strictObject(
    {
      name: z.string().optional().openapi({ description: 'Ignored: the path has the name.' }),
      admin: z.boolean().optional(),
      url: z.string().optional(),
      info: jsonObject.optional(),
      display: z.boolean().optional(),
      api_token: z
        .string()
        .optional()
        .openapi({ description: "The service's hub token, or its sha256: digest. Never shown." }),
      oauth_no_confirm: z.boolean().optional(),
      oauth_client_id: z.string().optional(),
      oauth_redirect_uri: z.string().optional(),
      oauth_client_allowed_scopes: z.array(z.string()).max(MAX_SCOPES).optional(),
      command: strings.openapi({ description: 'Must be empty.' }),
      cwd: z.string().optional(),
      environment: jsonObject.optional(),
      user: z.string().optional(),
    },
    ifWrongType(INVALID),
  )
  .refine((body) => Object.keys(body).length > 0, {
    error: INVALID,
    when: ({ issues }) => issues.length === 0,
  })
