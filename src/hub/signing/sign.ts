import type { JSONWebKeySet, JWTPayload } from 'jose'
import { importJWK, SignJWT } from 'jose'
import type { CacheReader } from '../../store/cache.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SigningKeyRecord } from '../records.ts'
import { signingKeysShape } from '../records.ts'
import { checkShape } from '../shape.ts'
import { publishedAt, signerAt } from './key-times.ts'
import { rotateSigningKeys, SIGNING_ALGORITHM } from './signing-keys.ts'

/** A key, ready for use. */
interface SigningKey extends SigningKeyRecord {
  privateKey: Awaited<ReturnType<typeof importJWK>>
}

async function deriveKeys(
  hub: HubContext,
  read: CacheReader,
): Promise<readonly SigningKey[] | undefined> {
  const value = await read.get(keys.signingKeys())
  if (value === undefined) return undefined
  const record = checkShape(hub, keys.signingKeys(), value, signingKeysShape)
  return Promise.all(
    record.keys.map(async (key) => ({
      ...key,
      privateKey: await importJWK(key.jwk, SIGNING_ALGORITHM),
    })),
  )
}

/** All keys through the cache; the first one is made when there is none. */
async function signingKeys(hub: HubContext): Promise<readonly SigningKey[]> {
  const look = () => hub.cache.derive(['signing-keys'], (read) => deriveKeys(hub, read))
  const known = await look()
  if (known !== undefined) return known
  await rotateSigningKeys(hub)
  return (await look()) ?? []
}

/**
 * A signed JWT with exactly these claims.
 * @throws HubgateError `unavailable` while there is no key and none can be made
 */
export async function signJwt(hub: HubContext, claims: JWTPayload): Promise<string> {
  const signer = signerAt(await signingKeys(hub), hub.clock.now())
  return new SignJWT(claims)
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'JWT', kid: signer.id })
    .sign(signer.privateKey)
}

/** The public keys that verify what the hub signed, the next one and the last ones with it (RFC 7517). */
export async function publicKeys(hub: HubContext): Promise<JSONWebKeySet> {
  const published = publishedAt(await signingKeys(hub), hub.clock.now())
  return {
    keys: published.map(({ id, jwk: { kty, crv, x, y } }) => {
      return { kty, crv, x, y, kid: id, alg: SIGNING_ALGORITHM, use: 'sig' }
    }),
  }
}
