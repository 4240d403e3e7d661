import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { forwardAuth } from '../../../src/auth/forward-auth/forward-auth.ts'
import { createGroups } from '../../../src/hub/groups/groups.ts'
import { addToGroup } from '../../../src/hub/groups/memberships.ts'
import { provision } from '../../../src/hub/provision.ts'
import { publicKeys } from '../../../src/hub/signing/sign.ts'
import { issueToken } from '../../../src/hub/tokens/tokens.ts'
import { ownerOf } from '../../support/people.ts'
import type { World } from './world.ts'
import { HUB, openWorld, requestFor, SERVICE_TOKEN, worldConfig } from './world.ts'

const GROUPS = {
  'class a': { users: ['ada'] },
  'b,c%': { users: ['ada'] },
  'größe: y': { users: ['ada'] },
}

async function headersOf(world: World, authorization: string): Promise<Record<string, string>> {
  const answer = await forwardAuth(
    { hub: world.hub, gatewayUrl: () => 'http://127.0.0.1:8000' },
    requestFor({ authorization }),
  )
  if (answer.answer !== 'pass') throw new Error(answer.answer)
  const { headers } = answer
  return Object.fromEntries(
    headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? '']] : [])),
  )
}

async function openWithGroups(
  grafana: object = {},
): Promise<{ world: World; authorization: string }> {
  const world = await openWorld({ ...worldConfig(grafana), load_groups: GROUPS })
  await provision(world.hub)
  return { world, authorization: `token ${await world.tokenOf(world.ada, 'inherit')}` }
}

const jwtOf = (headers: Record<string, string>) => headers['X-Hubgate-Jwt'] ?? ''

describe('the headers', () => {
  it('say who it is, and no item of a list can end the header or the item', async () => {
    const { world, authorization } = await openWithGroups()
    expect(await headersOf(world, authorization)).toEqual({
      'X-Hubgate-User': 'ada',
      'X-Hubgate-Groups': 'b%2Cc%25,class%20a,gr%C3%B6%C3%9Fe:%20y',
      'X-Hubgate-Scopes':
        'access:services!service=grafana,custom:grades:read!group=%0D%0AX:y,custom:grades:read!group=class%20a',
      'X-Hubgate-Kind': 'user',
      'X-Hubgate-Jwt': expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    })
  })

  it('are those that the configuration wants', async () => {
    const { world, authorization } = await openWithGroups({
      headers: ['authorization', 'user', 'user'],
      groups: ['class a', 'none'],
    })
    const headers = await headersOf(world, authorization)
    expect(Object.keys(headers)).toEqual(['Authorization', 'X-Hubgate-User'])
    const [scheme, jwt = ''] = headers['Authorization']?.split(' ') ?? []
    expect(scheme).toBe('Bearer')
    expect(decodeJwt(jwt)).toMatchObject({ name: 'ada', groups: ['class a'] })
  })

  it('of a service name it as one', async () => {
    const { world } = await openWithGroups()
    const headers = await headersOf(world, `token ${SERVICE_TOKEN}`)
    expect(headers).toMatchObject({
      'X-Hubgate-User': 'robot',
      'X-Hubgate-Groups': '',
      'X-Hubgate-Kind': 'service',
    })
    expect(decodeJwt(jwtOf(headers))).toMatchObject({ sub: 'service:robot', kind: 'service' })
  })

  it('never tell of the hub’s own scopes, nor the token', async () => {
    const { world, authorization } = await openWithGroups()
    const headers = await headersOf(world, authorization)
    const claims = decodeJwt<{ scopes: string[] }>(jwtOf(headers))
    expect(claims.scopes).toEqual([
      'access:services!service=grafana',
      'custom:grades:read!group=\r\nX:y',
      'custom:grades:read!group=class a',
    ])
    expect(JSON.stringify([headers, claims])).not.toContain(authorization.slice('token '.length))
  })

  it('that no service would take are refused with a way out', async () => {
    const load_groups = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`a-rather-long-group-name-${i}`, { users: ['ada'] }]),
    )
    const world = await openWorld({ ...worldConfig(), load_groups })
    await provision(world.hub)
    const authorization = `token ${await world.tokenOf(world.ada, 'inherit')}`
    await expect(headersOf(world, authorization)).rejects.toMatchObject({
      code: 'headers_too_large',
      publicMessage: expect.stringContaining('forward_auth.groups'),
    })
    world.hub.reload({ ...worldConfig({ groups: [] }), load_groups })
    expect(await headersOf(world, authorization)).toMatchObject({ 'X-Hubgate-Groups': '' })
  })
})

describe('the JWT', () => {
  it('is signed, for one service, for a minute, by the public URL', async () => {
    const { world, authorization } = await openWithGroups()
    const now = Math.floor(world.hub.clock.now() / 1000)
    const jwks = createLocalJWKSet(await publicKeys(world.hub))
    const { payload, protectedHeader } = await jwtVerify(
      jwtOf(await headersOf(world, authorization)),
      jwks,
      {
        algorithms: ['ES256'],
        issuer: `${HUB}/`,
        audience: 'grafana',
        currentDate: new Date(world.hub.clock.now()),
      },
    )
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'JWT' })
    expect(payload).toEqual({
      iss: `${HUB}/`,
      aud: 'grafana',
      sub: world.ada.id,
      name: 'ada',
      kind: 'user',
      groups: ['b,c%', 'class a', 'größe: y'],
      scopes: [
        'access:services!service=grafana',
        'custom:grades:read!group=\r\nX:y',
        'custom:grades:read!group=class a',
      ],
      iat: now,
      nbf: now - 5,
      exp: now + 60,
      jti: expect.stringMatching(/^[\w-]{16}$/),
    })
  })

  it('names the gateway’s own address while there is no public URL', async () => {
    const { public_url: _, ...config } = worldConfig({ external_urls: [] })
    const world = await openWorld({ ...config, base_url: '/jh/' })
    const authorization = `token ${await world.tokenOf(world.ada, 'inherit')}`
    expect(decodeJwt(jwtOf(await headersOf(world, authorization))).iss).toBe(
      'http://127.0.0.1:8000/jh/',
    )
  })

  it('is used again for half its life, and for nobody else', async () => {
    const { world, authorization } = await openWithGroups()
    const read = async (who = authorization) => jwtOf(await headersOf(world, who))
    const first = await read()
    const sign = vi.spyOn(crypto.subtle, 'sign')
    world.hub.clock.advance(29_999)
    expect(await read()).toBe(first)
    expect(sign).not.toHaveBeenCalled()
    const others = `token ${await world.tokenOf(world.ada, 'inherit')}`
    expect(await read(others)).not.toBe(first)
    world.hub.clock.advance(1)
    const second = await read()
    expect(second).not.toBe(first)
    expect((decodeJwt(second).exp ?? 0) - (decodeJwt(first).exp ?? 0)).toBe(30)
  })

  it('is another at once when groups, roles or the configuration change', async () => {
    const { world, authorization } = await openWithGroups()
    await headersOf(world, authorization)
    await createGroups(world.hub, ['new'], [])
    await addToGroup(world.hub, 'new', ['ada'])
    expect((await headersOf(world, authorization))['X-Hubgate-Groups']).toContain('new')
    world.hub.reload({ ...worldConfig({ groups: ['new'] }), public_url: 'https://b.example.org' })
    const headers = await headersOf(world, authorization)
    expect(headers['X-Hubgate-Groups']).toBe('new')
    expect(decodeJwt(jwtOf(headers)).iss).toBe('https://b.example.org/')
  })

  it('does not outlive the credential', async () => {
    const { world } = await openWithGroups()
    const { hub, ada } = world
    const expiresAt = hub.clock.now() + 10_000
    const wish = { owner: ownerOf(ada), scopes: ['inherit'], note: '', expiresAt }
    const { token } = await issueToken(hub, wish)
    const jwt = jwtOf(await headersOf(world, `token ${token}`))
    expect(decodeJwt(jwt).exp).toBe(Math.floor(expiresAt / 1000))
  })
})
