import { z } from 'zod'
import { sha256 } from '../base/hash.ts'
import type { GroupRecord } from '../model/group.ts'
import type { ManagedServiceRecord } from '../model/managed-service.ts'
import type { ServerRecord } from '../model/server.ts'
import type { ServiceRecord } from '../model/service.ts'
import type { ShareRecord } from '../model/share.ts'
import type { ShareCodeRecord } from '../model/share-code.ts'
import type { TokenRecord } from '../model/token.ts'
import type { UserRecord } from '../model/user.ts'

/*
 * The shapes of what the store keeps: it is not trusted (threats P52), so each record is checked
 * when it is read. Unknown members are kept: a newer replica may have written them.
 */

/** A person's sign-in in a browser. Times are milliseconds since the epoch. */
export interface SessionRecord {
  /** SHA-256 of the secret in the cookie, hex. */
  id: string
  /** What it is known by in public, 32 hex digits: JupyterHub's session id. It opens nothing. */
  sid: string
  userId: string
  user: string
  /** What a page's forms send back, so that no other site can send them. */
  xsrf: string
  created: number
  expiresAt: number
  /** Where the sign-in came from, for its owner to know it again: bounded, null when not known. */
  address: string | null
  /** The browser, as it calls itself. */
  agent: string | null
  /** Of the authenticator at the sign-in (outdated-sessions.ts); null for one from before there were any. */
  mark: string | null
}

/** The right of a session to one server, in a cookie below that server's path only. */
export interface ServerSessionRecord {
  /** SHA-256 of the secret in the cookie, hex. */
  id: string
  /** The session that it hangs on, and whose. */
  sessionId: string
  userId: string
  /** `user/name` */
  server: string
  /** The id of the server's owner: a recreated user's server is another one. */
  ownerId: string
  /** The id of the server: a new one of the same name is another. Null before its first start. */
  serverId: string | null
  created: number
  expiresAt: number
}

/**
 * The right of a session to one service that the gateway signs visitors in for, in a cookie below
 * that service's path. It lies where ServerSessionRecords do, so that it ends as they do.
 */
export interface ServiceSessionRecord {
  /** SHA-256 of `service` and the secret in the cookie, hex: no server's cookie has it. */
  id: string
  sessionId: string
  userId: string
  service: string
  /** Whether browsers send the cookie to sibling hosts too. */
  wide: boolean
  created: number
  expiresAt: number
}

/** The keys that the hub signs with, oldest first. */
export interface SigningKeysRecord {
  keys: readonly SigningKeyRecord[]
}

/** A key pair for signatures (ES256). Times are milliseconds since the epoch. */
export interface SigningKeyRecord {
  /** The thumbprint of the public key (RFC 7638). */
  id: string
  /** The private key as a JWK, base64url. */
  jwk: { kty: 'EC'; crv: 'P-256'; x: string; y: string; d: string }
  created: number
  /** From then on it signs, unless there is a later one that does; it is published before. */
  signsFrom: number
}

/** Of a ServerRecord only what the people half of the hub looks at. */
export type ServerState = Pick<ServerRecord, 'user' | 'userId' | 'name' | 'wanted' | 'phase'>

const name = z.string().min(1)
const digest = z.string().length(64)
const time = z.number()

export const userShape: z.ZodType<UserRecord> = z.looseObject({
  id: name,
  name,
  admin: z.boolean(),
  groups: z.array(name),
  created: time,
})

export const groupShape: z.ZodType<GroupRecord> = z.looseObject({
  id: name,
  name,
  properties: z.record(z.string(), z.json()),
  created: time,
})

export const tokenShape: z.ZodType<TokenRecord> = z.looseObject({
  id: name,
  kind: z.enum(['hub', 'notebook']),
  digest,
  owner: z.object({ kind: z.enum(['user', 'service']), name, id: name }),
  scopes: z.array(z.string()),
  note: z.string(),
  created: time,
  expiresAt: time.nullable(),
  client: name.nullable().default(null),
  clientInstance: name.nullable().default(null),
  session: name.nullable().default(null),
})

export const sessionShape: z.ZodType<SessionRecord> = z
  .looseObject({
    id: digest,
    sid: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    userId: name,
    user: name,
    xsrf: name,
    created: time,
    expiresAt: time,
    address: z.string().nullable().default(null),
    agent: z.string().nullable().default(null),
    mark: z.string().nullable().default(null),
  })
  // A session from before there were public ids has one that follows from its own.
  .transform(({ sid, ...session }) => {
    return { ...session, sid: sid ?? sha256(`public id\n${session.id}`).slice(0, 32) }
  })

export const serverSessionShape: z.ZodType<ServerSessionRecord> = z.looseObject({
  id: digest,
  sessionId: digest,
  userId: name,
  server: z.string().includes('/'),
  ownerId: name,
  serverId: name.nullable().default(null),
  created: time,
  expiresAt: time,
})

export const serviceSessionShape: z.ZodType<ServiceSessionRecord> = z.looseObject({
  id: digest,
  sessionId: digest,
  userId: name,
  service: name,
  wide: z.boolean(),
  created: time,
  expiresAt: time,
})

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

export const signingKeysShape: z.ZodType<SigningKeysRecord> = z.looseObject({
  keys: z
    .array(
      z.looseObject({
        id: coordinate,
        jwk: z.strictObject({
          kty: z.literal('EC'),
          crv: z.literal('P-256'),
          x: coordinate,
          y: coordinate,
          d: coordinate,
        }),
        created: time,
        signsFrom: time,
      }),
    )
    .min(1),
})

export const serverStateShape: z.ZodType<ServerState> = z.looseObject({
  user: name,
  userId: name,
  name: z.string(),
  wanted: z.enum(['running', 'stopped']),
  phase: z.enum(['stopped', 'spawning', 'ready', 'stopping']),
})

export const managedServiceShape: z.ZodType<ManagedServiceRecord> = z.looseObject({
  name,
  runId: name,
  token: z.object({ id: name, digest }).nullable(),
  pid: z.number().int().positive().nullable(),
  started: time,
})

export const serviceShape: z.ZodType<ServiceRecord> = z.looseObject({
  id: name,
  name,
  admin: z.boolean(),
  url: z.string().nullable(),
  info: z.record(z.string(), z.json()),
  display: z.boolean(),
  oauthNoConfirm: z.boolean(),
  oauthClientId: z.string().nullable(),
  oauthRedirectUri: z.string().nullable(),
  oauthClientAllowedScopes: z.array(z.string()),
  created: time,
})

export const shareShape: z.ZodType<ShareRecord> = z.looseObject({
  id: name,
  ownerId: name,
  server: z.string(),
  grantee: z.object({ kind: z.enum(['user', 'group']), id: name }),
  scopes: z.array(z.string()),
  created: time,
})

export const shareCodeShape: z.ZodType<ShareCodeRecord> = z.looseObject({
  id: name,
  digest,
  ownerId: name,
  server: z.string(),
  scopes: z.array(z.string()),
  maker: z.object({ kind: z.enum(['user', 'service']), name, id: name }),
  created: time,
  expiresAt: time,
  exchangeCount: z.number(),
  lastExchangedAt: time.nullable(),
})

/** Where a share is, as the index of its grantee has it. */
export const sharePlaceShape = z.object({ ownerId: name, server: z.string() })

export const nameShape = z.object({ name })
export const digestShape = z.object({ digest })
/** `at` is null until there was any activity. */
export const activityShape = z.object({ at: time.nullable() })
