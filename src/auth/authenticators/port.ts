/** What a login form sent. */
export interface Credentials {
  /** Trimmed; not normalised. */
  username: string
  /** As typed. */
  password: string
}

/** Verifies who somebody is. Whether they may come in is decided elsewhere (login.ts). */
export interface Authenticator {
  /** For `GET /hub/api/info`. */
  readonly kind: string
  readonly version: string

  /**
   * Takes the same work whether or not the name exists (threats.md P57).
   * @returns the name as the authenticator knows it, or null when the credentials are wrong
   */
  authenticate(form: Credentials): Promise<{ name: string } | null>
}
