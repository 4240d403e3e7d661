import { z } from '@hono/zod-openapi'
import { jsonObject } from '../schemas/common.ts'
import { userModel } from '../users/schemas.ts'

export const versionModel = z.object({ version: z.string() }).openapi('Version')

const part = z.object({ class: z.string(), version: z.string() })

export const infoModel = z
  .object({
    version: z.string().openapi({ description: 'The JupyterHub whose API this is.' }),
    python: z.string(),
    sys_executable: z.string(),
    spawner: part,
    authenticator: part,
    hubgate: z.object({ version: z.string(), node: z.string() }),
  })
  .openapi('Info')

export const serviceModel = z
  .object({
    kind: z.literal('service'),
    name: z.string(),
    admin: z.boolean(),
    roles: z.array(z.string()),
    url: z.string().nullable(),
    prefix: z.string(),
    command: z.array(z.string()),
    pid: z.int(),
    info: jsonObject,
    display: z.boolean(),
  })
  .partial()
  .openapi('Service')

const credential = {
  token_id: z.string().nullable(),
  session_id: z.string().nullable(),
  scopes: z.array(z.string()).openapi({ description: 'What the credential allows, expanded.' }),
}

export const identityModel = z
  .union([userModel.extend(credential), serviceModel.extend(credential)])
  .openapi('Identity')

const proxyRoute = z
  .object({ routespec: z.string(), target: z.string(), data: jsonObject })
  .openapi('Route')

export const proxyTable = z.record(z.string(), proxyRoute)
