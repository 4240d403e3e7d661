import { isoTime } from '../../base/clock.ts'
import type { HubContext } from '../../hub/context.ts'
import type { ShareCodeView } from '../../hub/shares/share-codes.ts'
import type { ServerView, ShareView } from '../../hub/shares/share-list.ts'
import { serverPrefix } from '../../model/server-url.ts'
import { filteredScopes } from '../../model/share-scopes.ts'

/** A path at the public address; null where none is configured. */
function publicUrlOf({ public_url }: { public_url?: string | undefined }, path: string) {
  return public_url === undefined ? null : new URL(path, public_url).href
}

function serverModel(hub: HubContext, { owner, name, ready }: ServerView) {
  const { config } = hub.snapshot()
  const url = serverPrefix(config.base_url, owner, name)
  return { user: { name: owner }, name, url, full_url: publicUrlOf(config, url), ready }
}

function scopesOf({ owner, name }: ServerView, scopes: readonly string[]): string[] {
  return filteredScopes(scopes, { owner, server: name })
}

/** JupyterHub's model of a share (wire-contract §10). */
export function shareModel(hub: HubContext, share: ShareView): Record<string, unknown> {
  const { kind, name } = share.grantee
  return {
    server: serverModel(hub, share.server),
    scopes: scopesOf(share.server, share.scopes),
    user: kind === 'user' ? { name } : null,
    group: kind === 'group' ? { name } : null,
    kind,
    created_at: isoTime(share.created),
  }
}

/** JupyterHub's model of a share code (wire-contract §10). */
export function shareCodeModel(
  hub: HubContext,
  { server, record }: ShareCodeView,
): Record<string, unknown> {
  return {
    server: serverModel(hub, server),
    scopes: scopesOf(server, record.scopes),
    id: `sc_${Number(record.id)}`,
    created_at: isoTime(record.created),
    expires_at: isoTime(record.expiresAt),
    exchange_count: record.exchangeCount,
    last_exchanged_at: isoTime(record.lastExchangedAt),
  }
}

/** The same with the code itself, when it is made, and never again. */
export function newShareCodeModel(
  hub: HubContext,
  view: ShareCodeView,
  code: string,
): Record<string, unknown> {
  const { config } = hub.snapshot()
  const path = `${config.base_url}hub/accept-share?code=${encodeURIComponent(code)}`
  return {
    ...shareCodeModel(hub, view),
    code,
    accept_url: path,
    full_accept_url: publicUrlOf(config, path),
  }
}
