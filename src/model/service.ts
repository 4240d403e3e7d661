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
  /** Where sign-ins lead back to: a URL, or a path of the hub. */
  readonly oauthRedirectUri: string | null
  readonly oauthClientAllowedScopes: readonly string[]
  /** What runs it; empty when somebody else does. */
  readonly command: readonly string[]
  /** Seconds in which its url must answer after a start. */
  readonly timeout: number
  /** Whether the configuration has it, or somebody made it over the API. */
  readonly source: 'config' | 'api'
}

/**
 * What the store keeps of a service that was made over the API. `oauthRedirectUri` is null where it is
 * {@link defaultRedirectUri}, which depends on the configuration.
 */
export interface ServiceRecord extends Omit<Service, 'source' | 'command' | 'timeout'> {
  /** Milliseconds since the epoch. */
  readonly created: number
}

/** Seconds that a service made over the API gets, which cannot say it (wire-contract §1.11, §7). */
export const STANDARD_TIMEOUT = 30

/** A service's name is part of paths, cookies and client ids, so it has nothing to encode. */
export const SERVICE_NAME = /^[a-z0-9][a-z0-9._-]{0,254}$/i

/** What {@link SERVICE_NAME} asks for, for people. */
export const SERVICE_NAME_RULE =
  'a service name has letters, digits and . _ - and begins with a letter or digit'

/** The OAuth client id that a service has unless it is given another. */
export function defaultClientId(name: string): string {
  return `service-${name}`
}

/**
 * The path under which a service is reached.
 * @param baseUrl begins and ends with `/`
 */
export function servicePrefix(baseUrl: string, name: string): string {
  return `${baseUrl}services/${name}/`
}

/** Where sign-ins lead back to for a service behind the gateway, unless it says something else. */
export function defaultRedirectUri(baseUrl: string, name: string): string {
  return `${servicePrefix(baseUrl, name)}oauth_callback`
}
