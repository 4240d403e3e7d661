import type { ScopeSet } from './scope-set.ts'
import type { TokenKind } from './token.ts'

/** Which credential a request came with. */
export type Credential =
  | {
      type: 'token'
      id: string
      kind: TokenKind
      /** The public id of the sign-in in which it was granted; left out for an API token. */
      session?: string
      /** It is a single-user server's own: its use is no activity of its owner. */
      ofServer?: true
      /** Whether it allows whatever its owner may do, also later on. */
      inherits: boolean
    }
  /** The hub's login cookie. */
  | { type: 'session'; id: string }
  /** The cookie of one server (`user/name`), which hangs on a session. */
  | { type: 'server-session'; id: string; sessionId: string; server: string }
  /**
   * The cookie of one service that the gateway signs visitors in for, which hangs on a session.
   * @property wide whether browsers send it to sibling hosts too
   */
  | { type: 'service-session'; id: string; sessionId: string; service: string; wide: boolean }

/** Who is asking, and what they may do right now. */
export interface Principal {
  readonly kind: 'user' | 'service'
  readonly name: string
  /** The user's id; for a service its name. */
  readonly id: string
  readonly admin: boolean
  /** What the credential allows, within what its owner may do now. Expanded. */
  readonly scopes: ScopeSet
  readonly credential: Credential
  /** Milliseconds since the epoch after which the principal must not be used; null for never. */
  readonly expiresAt: number | null
}
