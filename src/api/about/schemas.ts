import { z } from '@hono/zod-openapi'
import { serviceSchema } from '../services/schemas.ts'
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

const credential = {
  token_id: z.string().nullable(),
  session_id: z.string().nullable(),
  scopes: z.array(z.string()).openapi({ description: 'What the credential allows, expanded.' }),
}

export const identityModel = z
  .union([userModel.extend(credential), serviceSchema.extend(credential)])
  .openapi('Identity')
