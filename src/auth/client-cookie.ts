import type { HubContext } from '../hub/context.ts'
import { principalOfToken } from '../hub/identity/identity.ts'
import { serverClientId } from '../model/oauth-client.ts'
import type { Principal } from '../model/principal.ts'
import { cookieValues } from './cookies.ts'

/** A visitor whom a server signed in itself. */
export interface ClientVisitor {
  principal: Principal
  /** The cookie's value, as sent. */
  cookie: string
}

/** Tornado's signed value, version 2: key version, time, name, value, each with its length; signature. */
const SIGNED = /^2\|\d+:\d+\|\d+:\d+\|(\d+):([^|]*)\|(\d+):([A-Za-z0-9+/=]*)\|[0-9a-f]{64}$/

/**
 * The token in the cookie by which a server knows a visitor whom it signed in. Only the server can
 * tell whether it signed the cookie; what it would find in it can be read by anybody.
 * @param value with or without the quotes that Python puts around such values
 */
export function tokenInCookie(name: string, value: string): string | undefined {
  const plain = /^"(.*)"$/.exec(value)?.[1] ?? value
  const [, nameLength, signedName, valueLength, encoded] = SIGNED.exec(plain) ?? []
  if (encoded === undefined || signedName !== name) return undefined
  if (Number(nameLength) !== signedName.length || Number(valueLength) !== encoded.length) {
    return undefined
  }
  return Buffer.from(encoded, 'base64').toString('latin1')
}

/**
 * Whom a server's own cookie stands for: the first one with a notebook token in it that is good now.
 * The server remembers for minutes what it once asked the hub about a token; here every request asks.
 */
export async function visitorOfClient(
  hub: HubContext,
  cookieHeader: string | undefined,
  server: { user: string; server: string },
): Promise<ClientVisitor | undefined> {
  const name = serverClientId(server.user, server.server)
  for (const cookie of cookieValues(cookieHeader, name)) {
    const token = tokenInCookie(name, cookie)
    const principal = token === undefined ? undefined : await principalOfToken(hub, token)
    const { credential } = principal ?? {}
    if (principal === undefined || credential?.type !== 'token') continue
    if (credential.kind === 'notebook') return { principal, cookie }
  }
  return undefined
}
