import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import { randomId } from '../../base/random.ts'
import type { ForwardAuthConfig } from '../../config/schema.ts'
import type { HubContext } from '../../hub/context.ts'
import { signJwt } from '../../hub/signing/sign.ts'
import { findUser } from '../../hub/users/users.ts'
import { listScopes } from '../../model/list-scopes.ts'
import type { Principal } from '../../model/principal.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { requiredScope } from './may-use.ts'

/** How long a JWT lives and how long it is used again, in milliseconds. */
const LIFE_MS = seconds(60)
const REUSE_MS = seconds(30)
/** A JWT is good so long before it is made, in seconds: clocks differ. */
const SKEW_S = 5
/** More than this no service would take; bytes. */
const MAX_SIZE = 12 * 1024

/** What is told of a visitor. */
export interface Identity {
  sub: string
  name: string
  kind: Principal['kind']
  groups: readonly string[]
  scopes: readonly string[]
}

/** The required scope, and what the deployment defines for its services: the hub's own are not told. */
function toldScopes(scopes: ScopeSet, required: string): string[] {
  const custom = new Map([...scopes].filter(([name]) => name.startsWith('custom:')))
  return [...new Set([required, ...listScopes(custom)])].sort()
}

async function identityOf(
  hub: HubContext,
  principal: Principal,
  service: string,
  config: ForwardAuthConfig,
): Promise<Identity> {
  const { kind, name, id } = principal
  const groups = kind === 'user' ? ((await findUser(hub, name))?.groups ?? []) : []
  const told = groups.filter((group) => config.groups?.includes(group) !== false)
  return {
    sub: kind === 'user' ? id : `service:${id}`,
    name,
    kind,
    groups: told.sort(),
    scopes: toldScopes(principal.scopes, requiredScope(service, config)),
  }
}

/** A text of a list in a header: what could end or split it is percent-encoded UTF-8. */
function encoded(text: string): string {
  return text.replace(/[^A-Za-z0-9!*/:=@_.~+-]+/gu, (run) =>
    Buffer.from(run).toString('hex').toUpperCase().replace(/../g, '%$&'),
  )
}

const listed = (items: readonly string[]): string => items.map(encoded).join(',')

const HEADERS: Record<
  ForwardAuthConfig['headers'][number],
  (identity: Identity, jwt: string) => readonly [name: string, value: string]
> = {
  user: ({ name }) => ['X-Hubgate-User', encoded(name)],
  groups: ({ groups }) => ['X-Hubgate-Groups', listed(groups)],
  scopes: ({ scopes }) => ['X-Hubgate-Scopes', listed(scopes)],
  kind: ({ kind }) => ['X-Hubgate-Kind', kind],
  jwt: (_, jwt) => ['X-Hubgate-Jwt', jwt],
  authorization: (_, jwt) => ['Authorization', `Bearer ${jwt}`],
}

interface Made {
  headers: readonly string[]
  /** Milliseconds since the epoch. */
  until: number
}

/**
 * What was made for a principal and a service's settings. Another object stands for the principal as
 * soon as anything about the credential, its owner or the configuration changes, and other settings
 * are another object too, so nothing stale is found.
 */
const made = new WeakMap<Principal, WeakMap<ForwardAuthConfig, Made>>()

async function make(
  hub: HubContext,
  issuer: string,
  principal: Principal,
  service: string,
  config: ForwardAuthConfig,
): Promise<Made> {
  const now = hub.clock.now()
  const end = Math.min(now + LIFE_MS, principal.expiresAt ?? Infinity)
  const identity = await identityOf(hub, principal, service, config)
  const issuedAt = Math.floor(now / 1000)
  const jwt = await signJwt(hub, {
    iss: issuer,
    aud: service,
    ...identity,
    groups: [...identity.groups],
    scopes: [...identity.scopes],
    iat: issuedAt,
    nbf: issuedAt - SKEW_S,
    exp: Math.floor(end / 1000),
    jti: randomId(),
  })
  const headers = [...new Set(config.headers)].flatMap((name) => HEADERS[name](identity, jwt))
  if (Buffer.byteLength(headers.join('')) > MAX_SIZE) {
    throw new HubgateError(
      'headers_too_large',
      'You are in too many groups, or hold too many scopes, for this service. Whoever runs the hub can limit what it is told (forward_auth.groups).',
    )
  }
  return { headers, until: Math.min(now + REUSE_MS, end) }
}

/**
 * The headers that tell a service who visits, names and values in turn; the same ones for some of a
 * JWT's life, so that not every request is signed for.
 * @param issuer who says so: the gateway's public URL
 * @throws HubgateError `headers_too_large`, `unavailable`
 */
export async function identityHeaders(
  hub: HubContext,
  issuer: string,
  principal: Principal,
  service: string,
  config: ForwardAuthConfig,
): Promise<readonly string[]> {
  const forThem = made.get(principal) ?? new WeakMap<ForwardAuthConfig, Made>()
  made.set(principal, forThem)
  const known = forThem.get(config)
  if (known !== undefined && hub.clock.now() < known.until) return known.headers
  const fresh = await make(hub, issuer, principal, service, config)
  forThem.set(config, fresh)
  return fresh.headers
}
