import type { TokenOwner } from './token.ts'

/**
 * What the store keeps of a share code: whoever is signed in and has the code can take the share,
 * until it expires. Times are milliseconds since the epoch.
 */
export interface ShareCodeRecord {
  /** Decimal digits; grows with time: the order of lists. */
  readonly id: string
  /** SHA-256 of the code, hex. */
  readonly digest: string
  /** The id of the server's owner. */
  readonly ownerId: string
  /** The server's name, empty for the default one. */
  readonly server: string
  /** Sorted, without a filter: each counts for this server alone. */
  readonly scopes: readonly string[]
  /** Who made it: it gives no more than they may give at the time. */
  readonly maker: TokenOwner
  readonly created: number
  readonly expiresAt: number
  readonly exchangeCount: number
  /** Null until it was exchanged. */
  readonly lastExchangedAt: number | null
}
