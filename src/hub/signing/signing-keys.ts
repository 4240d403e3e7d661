import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SigningKeyRecord, SigningKeysRecord } from '../records.ts'
import { signingKeysShape } from '../records.ts'
import { readEntry } from '../shape.ts'
import { nextSignsFrom, publishedAt } from './key-times.ts'

/** The one algorithm: widely understood, short signatures. */
export const SIGNING_ALGORITHM = 'ES256'

async function newKey(created: number, signsFrom: number): Promise<SigningKeyRecord> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const { x = '', y = '', d = '' } = await exportJWK(privateKey)
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d } as const
  return {
    id: await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x, y }),
    jwk,
    created,
    signsFrom,
  }
}

/**
 * Does what is due: makes the first key, publishes the next one a day before it signs, and forgets
 * those that signed nothing that still lives. Replicas that do so at once make one key.
 * @returns the keys as they are then, oldest first
 * @throws HubgateError `unavailable`
 */
export async function rotateSigningKeys(hub: HubContext): Promise<readonly SigningKeyRecord[]> {
  return change(hub, async () => {
    const now = hub.clock.now()
    const entry = await readEntry(hub, keys.signingKeys(), signingKeysShape)
    const before = entry?.value.keys ?? []
    const kept = publishedAt(before, now)
    const signsFrom = nextSignsFrom(before, now)
    if (signsFrom === undefined && kept.length === before.length) return before
    const after = signsFrom === undefined ? kept : [...kept, await newKey(now, signsFrom)]
    const value: SigningKeysRecord = { keys: after }
    const { applied } = await hub.store.commit({
      check: [{ key: keys.signingKeys(), version: entry?.version ?? null }],
      set: [{ key: keys.signingKeys(), value }],
    })
    return applied ? after : undefined
  })
}
