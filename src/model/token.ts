/** What a token opens: the hub API, or notebook servers; never both (design.md §2). */
export type TokenKind = 'hub' | 'notebook'

/** The beginning of a token of each kind, which leak scanners look for. */
export const TOKEN_PREFIX: Record<TokenKind, string> = { hub: 'hgh_', notebook: 'hgn_' }

/**
 * How the note of a server's own token begins, by which it is known (wire-contract §2.4): what it
 * reports is no use of the hub by its owner.
 */
export const SERVER_TOKEN_NOTE = 'Server at '

export interface TokenOwner {
  kind: 'user' | 'service'
  name: string
  /** The user's id; for a service its name. */
  id: string
}

/** What the store keeps of a token: never the token itself. Times are milliseconds since the epoch. */
export interface TokenRecord {
  /** `a<N>` for tokens in the store, `c<hex>` for tokens of the config map. */
  id: string
  kind: TokenKind
  /** SHA-256 of the token, hex. */
  digest: string
  owner: TokenOwner
  /** As asked for (raw): `inherit`, or scopes that are intersected with the owner's at each use. */
  scopes: string[]
  note: string
  created: number
  expiresAt: number | null
  /** The id of the OAuth client that it was issued to; null for an API token. */
  client: string | null
  /** Which client of that id ({@link OAuthClient.instance}): a new one of the same id has another. */
  clientInstance: string | null
  /** The public id of the sign-in in which it was granted; null for an API token. */
  session: string | null
}
