import type { ServiceRecord } from './service.ts'
import { SERVICE_NAME, SERVICE_NAME_RULE } from './service.ts'

/** The parts of a new service that rules are about. */
export type ServiceDraft = Pick<
  ServiceRecord,
  'name' | 'url' | 'oauthNoConfirm' | 'oauthClientId' | 'oauthRedirectUri'
>

const MAX_LENGTH = 2000

/** It is the name of a cookie and part of URLs. */
const CLIENT_ID = /^service-[A-Za-z0-9._~-]{1,200}$/

/** A URL as it is written, without what parsers drop or repair. */
const WRITTEN_URL = /^https?:\/\/[^\s\p{C}\\]+$/iu

/** A path of the hub's own origin; two slashes would be another host. */
const PATH = /^\/(?!\/)[^\s\p{C}\\#]*$/u

function parseUrl(text: string): URL | undefined {
  return WRITTEN_URL.test(text) && URL.canParse(text) ? new URL(text) : undefined
}

/**
 * What keeps a text from being the URL of a service.
 * @param member what the message calls it
 */
export function urlFault(text: string, member: string): string | null {
  if (text.length > MAX_LENGTH) return `a URL has at most ${MAX_LENGTH} characters`
  const url = parseUrl(text)
  if (url === undefined) return `${member} is no URL like http://127.0.0.1:9999`
  if (url.username !== '' || url.password !== '') return `${member} has a user or password in it`
  return url.hash === '' ? null : `${member} has a # in it`
}

/** What keeps a text from being where sign-ins lead back to: a URL or a path of the hub. */
export function redirectFault(text: string): string | null {
  if (text.length > MAX_LENGTH) return `a URL has at most ${MAX_LENGTH} characters`
  if (PATH.test(text)) return null
  return text.startsWith('/')
    ? 'oauth_redirect_uri is no path like /services/name/oauth_callback'
    : urlFault(text, 'oauth_redirect_uri')
}

/** What keeps a text from being the OAuth client id of a service. */
export function clientIdFault(text: string): string | null {
  return CLIENT_ID.test(text)
    ? null
    : 'oauth_client_id begins with service- and then has letters, digits and . _ ~ -'
}

/** Whether a new service is to be an OAuth client (JupyterHub's `oauth_available`). */
export function isOAuthClient(draft: Omit<ServiceDraft, 'name'>): boolean {
  return (
    draft.url !== null ||
    draft.oauthClientId !== null ||
    draft.oauthRedirectUri !== null ||
    draft.oauthNoConfirm
  )
}

/**
 * Why a service cannot be made like this (wire-contract §1.11, §7); null when it can.
 * @param draft null is for what was left out
 */
export function serviceFault(draft: ServiceDraft): string | null {
  const { name, url, oauthClientId, oauthRedirectUri } = draft
  if (!SERVICE_NAME.test(name)) return SERVICE_NAME_RULE
  const ofClient = oauthClientId === null ? null : clientIdFault(oauthClientId)
  if (ofClient !== null) return ofClient
  if (isOAuthClient(draft) && url === null && oauthRedirectUri === null) {
    return 'OAuth needs an oauth_redirect_uri, or a url'
  }
  const ofUrl = url === null ? null : urlFault(url, 'url')
  return ofUrl ?? (oauthRedirectUri === null ? null : redirectFault(oauthRedirectUri))
}
