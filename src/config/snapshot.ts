import type { Config } from './schema.ts'

/** A token that the config map gives to a user or a service. */
export interface ConfigToken {
  /** `c` and 16 hex digits, stable for a secret; reveals nothing of it. */
  readonly id: string
  readonly owner: { readonly kind: 'user' | 'service'; readonly name: string }
}

/** One state of the configuration, immutable. A change on disk makes a new one that is swapped in. */
export interface Snapshot {
  readonly config: Config
  /** Absolute path of the file that it came from. */
  readonly file: string
  /** SHA-256 (hex) of each secret in `api_tokens` and `services[].api_token`. */
  readonly tokens: ReadonlyMap<string, ConfigToken>
  /** The plain `api_token` of each service with a `command` that has one, by name: to hand it over. */
  readonly commandTokens: ReadonlyMap<string, string>
  /** 1, then one more with each reload. */
  readonly generation: number
}
