import type { Key } from '../store/port.ts'

/**
 * Where everything is in the store: the only place that builds keys. Names ending in `Of` and
 * plural names are prefixes for `list` and `count`.
 */
export const keys = {
  /** UserRecord */
  user: (name: string): Key => ['user', name],
  users: (): Key => ['user'],
  /** `{ name }`: the order of creation, and where an id's owner is now. */
  userById: (id: string): Key => ['user-by-id', id],
  usersById: (): Key => ['user-by-id'],

  /** GroupRecord */
  group: (name: string): Key => ['group', name],
  /** `{ name }` */
  groupById: (id: string): Key => ['group-by-id', id],
  groupsById: (): Key => ['group-by-id'],
  /** `{}`; the user's record says the same from the other side. */
  groupMember: (group: string, user: string): Key => ['group-member', group, user],
  groupMembersOf: (group: string): Key => ['group-member', group],

  /**
   * `{}`, written with everything that is hung on an owner and checked by whoever takes down what
   * hangs there, so that nothing is added unseen in between (see belongings.ts).
   */
  belongings: (kind: 'user' | 'group' | 'service', id: string): Key => ['belongings', kind, id],

  /** ServiceRecord of a service that was made over the API. */
  service: (name: string): Key => ['service', name],
  services: (): Key => ['service'],
  /** `{ name }`: which of these services has an OAuth client id. */
  serviceClient: (clientId: string): Key => ['service-client', clientId],

  /** ManagedServiceRecord, there while a replica runs the service. */
  managedService: (name: string): Key => ['managed-service', name],
  managedServices: (): Key => ['managed-service'],

  /** ShareRecord */
  share: (ownerId: string, server: string, kind: 'user' | 'group', granteeId: string): Key => [
    'share',
    ownerId,
    server,
    kind,
    granteeId,
  ],
  sharesOfServer: (ownerId: string, server: string): Key => ['share', ownerId, server],
  sharesOfOwner: (ownerId: string): Key => ['share', ownerId],
  /** `{ ownerId, server }`, written and deleted with the share. */
  shareWith: (kind: 'user' | 'group', granteeId: string, ownerId: string, server: string): Key => [
    'share-with',
    kind,
    granteeId,
    ownerId,
    server,
  ],
  sharesWith: (kind: 'user' | 'group', granteeId: string): Key => ['share-with', kind, granteeId],

  /** ShareCodeRecord */
  shareCode: (digest: string): Key => ['share-code', digest],
  /** `{ digest }`, written and deleted with the code. */
  shareCodeOf: (ownerId: string, server: string, id: string): Key => [
    'share-code-of',
    ownerId,
    server,
    id,
  ],
  shareCodesOfServer: (ownerId: string, server: string): Key => ['share-code-of', ownerId, server],
  shareCodesOfOwner: (ownerId: string): Key => ['share-code-of', ownerId],

  /** TokenRecord */
  token: (digest: string): Key => ['token', digest],
  /** TokenPlace; those of tokens from before there were OAuth clients have only `{ digest }`. */
  tokenOf: (kind: 'user' | 'service', ownerId: string, id: string): Key => [
    'token-of',
    kind,
    ownerId,
    id,
  ],
  tokensOf: (kind: 'user' | 'service', ownerId: string): Key => ['token-of', kind, ownerId],
  tokensOfKind: (kind: 'user' | 'service'): Key => ['token-of', kind],
  tokensOfAll: (): Key => ['token-of'],
  /** TokenPlace: which tokens an OAuth client was issued. */
  tokenOfClient: (clientId: string, digest: string): Key => ['token-of-client', clientId, digest],
  tokensOfClient: (clientId: string): Key => ['token-of-client', clientId],
  /** TokenPlace: which tokens were granted in a sign-in, by its public id. */
  tokenOfSession: (sessionId: string, digest: string): Key => [
    'token-of-session',
    sessionId,
    digest,
  ],
  tokensOfSession: (sessionId: string): Key => ['token-of-session', sessionId],
  /** OAuthCodeRecord (oauth/code-record.ts): an authorization code, and once it was used what came of it. */
  oauthCode: (digest: string): Key => ['oauth-code', digest],

  /** SessionRecord */
  session: (digest: string): Key => ['session', digest],
  /** `{}` */
  sessionOf: (userId: string, digest: string): Key => ['session-of', userId, digest],
  sessionsOf: (userId: string): Key => ['session-of', userId],
  /** ServerSessionRecord; ServiceSessionRecord under an id that no cookie of a server has. */
  serverSession: (digest: string): Key => ['server-session', digest],
  /** `{}` */
  serverSessionOf: (sessionDigest: string, digest: string): Key => [
    'server-session-of',
    sessionDigest,
    digest,
  ],
  serverSessionsOf: (sessionDigest: string): Key => ['server-session-of', sessionDigest],

  /** ServerRecord; the default server's name is empty. */
  server: (user: string, name: string): Key => ['server', user, name],
  serversOf: (user: string): Key => ['server', user],
  servers: (): Key => ['server'],
  /** `{}`, there while the server is active. */
  activeServer: (user: string, name: string): Key => ['active-server', user, name],
  activeServersOf: (user: string): Key => ['active-server', user],
  activeServers: (): Key => ['active-server'],
  /** `{}`, there while something is under way. */
  pendingServer: (user: string, name: string): Key => ['pending-server', user, name],
  pendingServersOf: (user: string): Key => ['pending-server', user],
  pendingServers: (): Key => ['pending-server'],
  /**
   * `{ user, name }` of a start that waits for room, by when it began to wait; there as long as its
   * server's record says that it waits.
   */
  startInQueue: (queuedAt: number, user: string, name: string): Key => [
    'start-queue',
    String(queuedAt).padStart(15, '0'),
    user,
    name,
  ],
  startQueue: (): Key => ['start-queue'],
  /** ProgressRecord */
  progress: (user: string, name: string): Key => ['progress', user, name],

  /** `{ at }`: last activity, milliseconds since the epoch. */
  userActivity: (userId: string): Key => ['activity', 'user', userId],
  userActivities: (): Key => ['activity', 'user'],
  tokenActivity: (tokenId: string): Key => ['activity', 'token', tokenId],
  /** By the session's digest; there as long as the session is. */
  sessionActivity: (digest: string): Key => ['activity', 'session', digest],
  serverActivity: (userId: string, server: string): Key => ['activity', 'server', userId, server],
  serverActivitiesOf: (userId: string): Key => ['activity', 'server', userId],

  /** SigningKeysRecord, with the private keys: who reads it can say who anybody is. */
  signingKeys: (): Key => ['signing-keys'],

  /** ShutdownWish: the last one; see shutdown.ts. */
  shutdown: (): Key => ['shutdown'],
} as const
