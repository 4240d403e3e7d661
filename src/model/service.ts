import type { JsonObject } from './json.ts'

/** A program that uses the hub in its own name, as everything but the store sees it. */
export interface Service {
  /** The name of a service of the configuration; `s:` and 16 digits for one made over the API. */
  readonly id: string
  readonly name: string
  readonly admin: boolean
  /** Where it is reached; null when it is not behind the gateway. */
  readonly url: string | null
  /** Any JSON that the API shows. */
  readonly info: JsonObject
  /** Whether pages list it. */
  readonly display: boolean
  readonly oauthNoConfirm: boolean
  /** Null for a service that is no OAuth client. */
  readonly oauthClientId: string | null
  readonly oauthRedirectUri: string | null
  readonly oauthClientAllowedScopes: readonly string[]
  /** Whether the configuration has it, or somebody made it over the API. */
  readonly source: 'config' | 'api'
}

/** What the store keeps of a service that was made over the API. */
export interface ServiceRecord extends Omit<Service, 'source'> {
  /** Milliseconds since the epoch. */
  readonly created: number
}
