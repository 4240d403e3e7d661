import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { rotateSigningKeys } from '../../../src/hub/signing/signing-keys.ts'
import { ADA, openRig } from '../harness.ts'

const DAY = 24 * 60 * 60 * 1000

describe('GET /jwks.json', () => {
  it('shows the public keys to anybody, who may keep them for a while', async () => {
    const { call } = await openRig()
    const { status, body, headers } = await call('GET', '/jwks.json', null)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.stringMatching(/^[\w-]{43}$/),
          y: expect.stringMatching(/^[\w-]{43}$/),
          kid: expect.stringMatching(/^[\w-]{43}$/),
          alg: 'ES256',
          use: 'sig',
        },
      ],
    })
    expect((await call('GET', '/jwks.json', null)).body).toEqual(body)
  })

  it('a list that was read any time in the last day verifies what is signed now', async () => {
    const { call, hub } = await openRig({
      config: {
        api_tokens: { [ADA]: 'ada' },
        load_roles: [{ name: 'all', scopes: ['access:services'], users: ['ada'] }],
        services: [{ name: 'x', forward_auth: {} }],
      },
    })
    for (let day = 0; day < 70; day++) {
      const before = createLocalJWKSet((await call('GET', '/jwks.json', null)).body)
      hub.clock.advance(DAY - 3_600_000)
      await rotateSigningKeys(hub)
      const { headers } = await call('GET', '/forward-auth/x', ADA)
      const jwt = headers.get('x-hubgate-jwt') ?? ''
      const currentDate = new Date(hub.clock.now())
      const options = {
        algorithms: ['ES256'],
        audience: 'x',
        issuer: 'http://hub.test/',
        currentDate,
      }
      expect((await jwtVerify(jwt, before, options)).payload['name']).toBe('ada')
      hub.clock.advance(3_600_000)
    }
  })
})
