import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import { publicKeys, signJwt } from '../../../src/hub/signing/sign.ts'
import { rotateSigningKeys } from '../../../src/hub/signing/signing-keys.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'

const DAY = 24 * 60 * 60 * 1000

/** What a service that pins everything finds in a token. */
async function verified(hub: TestHub, jwt: string): Promise<unknown> {
  const { payload } = await jwtVerify(jwt, createLocalJWKSet(await publicKeys(hub)), {
    algorithms: ['ES256'],
    currentDate: new Date(hub.clock.now()),
  })
  return payload
}

const kidOf = (jwt: string) => decodeProtectedHeader(jwt).kid

const kids = async (hub: TestHub) => (await publicKeys(hub)).keys.map(({ kid }) => kid)

describe('signing', () => {
  it('makes a key when one is needed first, and signs with it what the public one verifies', async () => {
    const hub = await openTestHub()
    const jwt = await signJwt(hub, { sub: 'ada' })
    expect(await verified(hub, jwt)).toEqual({ sub: 'ada' })
    expect(decodeProtectedHeader(jwt)).toEqual({
      alg: 'ES256',
      typ: 'JWT',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('publishes nothing of the private key', async () => {
    const hub = await openTestHub()
    const { keys: published } = await publicKeys(hub)
    expect(published.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ])
  })

  it('replicas that need the first key at once agree on one', async () => {
    const hub = await openTestHub()
    const replicas = [hub, await hub.another(), await hub.another(), await hub.another()]
    const tokens = await Promise.all(
      replicas.flatMap((replica) => [signJwt(replica, {}), signJwt(replica, {})]),
    )
    expect(new Set(tokens.map(kidOf)).size).toBe(1)
    expect(await kids(hub)).toHaveLength(1)
  })
})

describe('rotation', () => {
  it('publishes the next key a day before it signs, and the last one for a day after', async () => {
    const hub = await openTestHub()
    const other = await hub.another()
    const first = kidOf(await signJwt(hub, {}))
    hub.clock.advance(29 * DAY - 1)
    await rotateSigningKeys(hub)
    expect(await kids(other)).toEqual([first])

    hub.clock.advance(1)
    await Promise.all([hub, other].map(rotateSigningKeys))
    const [, second] = await kids(hub)
    expect(await kids(other)).toEqual([first, second])
    expect(kidOf(await signJwt(other, {}))).toBe(first)

    hub.clock.advance(DAY)
    const late = await signJwt(hub, { sub: 'late' })
    expect(kidOf(late)).toBe(second)
    hub.clock.advance(DAY - 1)
    await rotateSigningKeys(hub)
    expect(await kids(other)).toEqual([first, second])
    hub.clock.advance(1)
    await rotateSigningKeys(hub)
    expect(await kids(hub)).toEqual([second])
    expect(await verified(hub, late)).toEqual({ sub: 'late' })
    expect((await hub.store.get<{ keys: unknown[] }>(keys.signingKeys()))?.value.keys).toHaveLength(
      1,
    )
  })

  it('a token of the old key verifies after the new one signs, and one of a key that is gone does not', async () => {
    const hub = await openTestHub()
    await signJwt(hub, {})
    hub.clock.advance(29 * DAY)
    await rotateSigningKeys(hub)
    const old = await signJwt(hub, { sub: 'old' })
    hub.clock.advance(DAY)
    expect(kidOf(await signJwt(hub, {}))).not.toBe(kidOf(old))
    expect(await verified(hub, old)).toEqual({ sub: 'old' })
    hub.clock.advance(DAY)
    await rotateSigningKeys(hub)
    await expect(verified(hub, old)).rejects.toThrow('no applicable key')
  })

  it('does nothing while nothing is due', async () => {
    const hub = await openTestHub()
    await rotateSigningKeys(hub)
    const before = await hub.store.get(keys.signingKeys())
    await rotateSigningKeys(hub)
    expect(await hub.store.get(keys.signingKeys())).toEqual(before)
  })
})

describe('a record that is not what it should be', () => {
  it.each([
    ['no keys', { keys: [] }],
    ['text', 'keys'],
    [
      'a public key only',
      { keys: [{ id: 'x'.repeat(43), jwk: { kty: 'EC' }, created: 0, signsFrom: 0 }] },
    ],
    [
      'a secret to sign with',
      { keys: [{ id: 'x'.repeat(43), jwk: { kty: 'oct', k: 'AAAA' }, created: 0, signsFrom: 0 }] },
    ],
  ])('%s: signs nothing and publishes nothing', async (_, value) => {
    const hub = await openTestHub()
    await hub.store.commit({ set: [{ key: keys.signingKeys(), value }] })
    await expect(signJwt(hub, {})).rejects.toMatchObject({ code: 'internal' })
    await expect(publicKeys(hub)).rejects.toMatchObject({ code: 'internal' })
    await expect(rotateSigningKeys(hub)).rejects.toMatchObject({ code: 'internal' })
  })
})
