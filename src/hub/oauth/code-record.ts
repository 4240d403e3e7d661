import { z } from 'zod'
import type { Challenge } from '../../model/pkce.ts'
import type { TokenPlace } from '../tokens/token-keys.ts'

/** An authorization code: what its holder will get, and what they must prove. Times are milliseconds since the epoch. */
export interface OAuthCodeRecord {
  /** SHA-256 of the code, hex. */
  digest: string
  client: string
  clientInstance: string
  /** Where it was sent. */
  redirectUri: string
  challenge: Challenge | null
  /** Who gave the consent, by id. */
  userId: string
  /** The sign-in in which they gave it, by its own and by its public id. */
  sessionId: string
  session: string
  /** Raw scopes. */
  scopes: string[]
  created: number
  expiresAt: number
  /** The token that it was exchanged for; kept so that who uses it again ends that token. */
  used: TokenPlace | null
}

const name = z.string().min(1)
const digest = z.string().length(64)

export const oauthCodeShape: z.ZodType<OAuthCodeRecord> = z.looseObject({
  digest,
  client: name,
  clientInstance: name,
  redirectUri: name,
  challenge: z.object({ method: z.enum(['S256', 'plain']), value: name }).nullable(),
  userId: name,
  sessionId: digest,
  session: name,
  scopes: z.array(z.string()),
  created: z.number(),
  expiresAt: z.number(),
  used: z
    .object({
      id: name,
      digest,
      owner: z.object({ kind: z.enum(['user', 'service']), id: name }),
      client: name.nullable(),
      session: name.nullable(),
    })
    .nullable(),
})
