import type { ScopeSet } from './scope-set.ts'
import type { TokenKind } from './token.ts'

/** Which credential a request came with. */
export type Credential =
  | {
      type: 'token'
      id: string
      kind: TokenKind
      /** Whether it allows whatever its owner may do, also later on. */
      inherits: boolean
    }
  /** The hub's login cookie. */
  | { type: 'session'; id: string }
  /** The cookie of one server (`user/name`), which hangs on a session. */
  | { type: 'server-session'; id: string; sessionId: string; server: string }

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
