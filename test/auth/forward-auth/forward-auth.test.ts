import { describe, expect, it } from 'vitest'
import type { Admission, ServiceRequest } from '../../../src/auth/forward-auth/forward-auth.ts'
import { admit } from '../../../src/auth/forward-auth/forward-auth.ts'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { provision } from '../../../src/hub/provision.ts'
import { changeUser, deleteUser } from '../../../src/hub/users/users.ts'
import type { World } from './world.ts'
import { GRAFANA, HUB, openWorld, requestFor, SERVICE_TOKEN, worldConfig } from './world.ts'

/** Who passes, `sign-in`, or the code of the refusal. */
async function outcome(world: World, parts: Partial<ServiceRequest>): Promise<string> {
  const answer: Admission = await admit(world.hub, requestFor(parts))
  if (answer.answer === 'pass') return answer.principal.name
  return answer.answer === 'refused' ? answer.error.code : answer.answer
}

describe('a token in Authorization', () => {
  it.each(['token', 'Bearer', 'bearer', 'TOKEN'])(
    '%s lets its owner pass who may',
    async (scheme) => {
      const world = await openWorld()
      const token = await world.tokenOf(world.ada, 'inherit')
      expect(await outcome(world, { authorization: `${scheme} ${token}` })).toBe('ada')
    },
  )

  it('of a service passes, and needs the scope itself', async () => {
    const world = await openWorld()
    await provision(world.hub)
    const { ada, eve, tokenOf } = world
    const outcomes = [
      await outcome(world, { authorization: `token ${SERVICE_TOKEN}` }),
      await outcome(world, {
        authorization: `token ${await tokenOf(ada, 'access:services!service=grafana')}`,
      }),
      await outcome(world, { authorization: `token ${await tokenOf(ada, 'read:users!user')}` }),
      await outcome(world, { authorization: `token ${await tokenOf(eve, 'inherit')}` }),
    ]
    expect(outcomes).toEqual(['robot', 'ada', 'forbidden', 'forbidden'])
  })

  it('that is a notebook token is refused, whatever it opens', async () => {
    const world = await openWorld()
    const token = await world.tokenOf(world.ada, 'access:servers!user=ada')
    expect(await outcome(world, { authorization: `token ${token}` })).toBe('notebook_token_refused')
  })

  it.each(['token', 'token x', 'bearer a b', 'Bearer ', 'token hgh_unknown'])(
    'that is no good (%s) never falls back to the cookie',
    async (authorization) => {
      const world = await openWorld()
      const cookieHeader = await world.cookieOf(world.ada)
      expect(await outcome(world, { authorization, cookieHeader })).toBe('unauthenticated')
    },
  )

  it('goes before the cookie; other schemes are not ours', async () => {
    const world = await openWorld()
    const cookieHeader = await world.cookieOf(world.ada)
    const eves = `token ${await world.tokenOf(world.eve, 'inherit')}`
    expect(await outcome(world, { authorization: eves, cookieHeader })).toBe('forbidden')
    expect(await outcome(world, { authorization: 'Basic eDp5', cookieHeader })).toBe('ada')
    expect(await outcome(world, { authorization: 'Basic eDp5' })).toBe('sign-in')
  })
})

describe('a token in the URL', () => {
  it('is refused, with and without another credential, and one that is not ours passes by', async () => {
    const world = await openWorld()
    const token = await world.tokenOf(world.ada, 'inherit')
    const cookieHeader = await world.cookieOf(world.ada)
    expect(await outcome(world, { queryTokens: [token] })).toBe('forbidden')
    expect(await outcome(world, { queryTokens: ['x', token], cookieHeader })).toBe('forbidden')
    expect(await outcome(world, { queryTokens: [...'abcde'], cookieHeader })).toBe('forbidden')
    expect(await outcome(world, { queryTokens: ['theirs'], cookieHeader })).toBe('ada')
    expect(await outcome(world, { queryTokens: ['theirs'] })).toBe('sign-in')
  })
})

describe('the cookie of the service', () => {
  it('lets the right visitor pass and no other', async () => {
    const world = await openWorld()
    const { ada, eve, cookieOf } = world
    expect(await outcome(world, { cookieHeader: await cookieOf(ada) })).toBe('ada')
    expect(await outcome(world, { cookieHeader: await cookieOf(eve) })).toBe('forbidden')
    expect(await outcome(world, { cookieHeader: undefined })).toBe('sign-in')
  })

  it('opens no other service, under its own name or another', async () => {
    const world = await openWorld()
    await changeUser(world.hub, 'ada', { admin: true })
    const cookie = await world.cookieOf(world.ada)
    const wikis = await world.cookieOf(world.ada, 'wiki')
    const renamed = `${wikis.split('=')[0]}=${cookie.split('=')[1]}`
    expect(await outcome(world, { service: 'wiki', cookieHeader: wikis })).toBe('ada')
    expect(await outcome(world, { service: 'wiki', cookieHeader: cookie })).toBe('sign-in')
    expect(await outcome(world, { service: 'wiki', cookieHeader: renamed })).toBe('sign-in')
  })

  it('is not the login cookie', async () => {
    const world = await openWorld()
    const { secret } = await openSession(world.hub, world.ada)
    const name = (await world.cookieOf(world.ada)).split('=')[0]
    expect(await outcome(world, { cookieHeader: `hubgate-login=${secret}` })).toBe('sign-in')
    expect(await outcome(world, { cookieHeader: `${name}=${secret}` })).toBe('sign-in')
  })

  it('is found behind others of its name', async () => {
    const world = await openWorld()
    const cookie = await world.cookieOf(world.ada)
    const name = cookie.split('=')[0]
    const cookieHeader = `${name}=x; a=b; ${name}=${'y'.repeat(43)}; ${cookie}`
    expect(await outcome(world, { cookieHeader })).toBe('ada')
  })

  it('stops when the role, the rules or the user goes', async () => {
    const world = await openWorld()
    const cookieHeader = await world.cookieOf(world.ada)
    world.hub.reload(worldConfig({ scope: 'access:services!service=wiki' }))
    expect(await outcome(world, { cookieHeader })).toBe('forbidden')
    world.hub.reload({ ...worldConfig(), load_roles: [] })
    expect(await outcome(world, { cookieHeader })).toBe('forbidden')
    world.hub.reload(worldConfig())
    expect(await outcome(world, { cookieHeader })).toBe('ada')
    world.hub.reload({ ...worldConfig(), services: [{ name: 'grafana' }], load_roles: [] })
    expect(await outcome(world, { cookieHeader })).toBe('forbidden')
    await deleteUser(world.hub, 'ada')
    expect(await outcome(world, { cookieHeader })).toBe('sign-in')
  })

  it('counts at the service’s own host only, when sibling hosts get it too', async () => {
    const world = await openWorld()
    const cookieHeader = await world.cookieOf(world.ada, 'grafana', true)
    const there = { servedAt: GRAFANA, atHub: false }
    expect(await outcome(world, { cookieHeader, ...there })).toBe('ada')
    expect(await outcome(world, { cookieHeader })).toBe('sign-in')
    expect(await outcome(world, { cookieHeader, servedAt: GRAFANA, atHub: true })).toBe('sign-in')
  })

  const unsaid = { secFetchSite: undefined, secFetchMode: undefined, secFetchDest: undefined }
  const script = { secFetchMode: 'cors', secFetchDest: 'empty' }
  it.each<[string, Partial<ServiceRequest>, string]>([
    ['a link of another site', { secFetchSite: 'cross-site' }, 'ada'],
    ['a script of another site', { secFetchSite: 'cross-site', ...script }, 'forbidden'],
    ['a script of a sibling', { secFetchSite: 'same-site', ...script }, 'forbidden'],
    ['its own script', { secFetchSite: 'same-origin', ...script }, 'ada'],
    [
      'a form of another site',
      { ...unsaid, method: 'POST', origin: 'https://a.test' },
      'forbidden',
    ],
    ['a form of a sibling', { ...unsaid, method: 'POST', origin: GRAFANA }, 'forbidden'],
    ['its own form', { ...unsaid, method: 'POST', origin: HUB }, 'ada'],
    ['a form that says nothing', { ...unsaid, method: 'POST' }, 'forbidden'],
    ['its own deletion', { ...script, method: 'DELETE', secFetchSite: 'same-origin' }, 'ada'],
    ['its own socket', { ...unsaid, isUpgrade: true, origin: HUB }, 'ada'],
    [
      'a socket of another site',
      { ...unsaid, isUpgrade: true, origin: 'https://a.test' },
      'forbidden',
    ],
    ['a socket that says nothing', { ...unsaid, isUpgrade: true }, 'forbidden'],
  ])('%s', async (_, parts, expected) => {
    const world = await openWorld()
    const cookieHeader = await world.cookieOf(world.ada)
    expect(await outcome(world, { cookieHeader, ...parts })).toBe(expected)
  })

  it('at another host the origin is that host', async () => {
    const world = await openWorld()
    const cookieHeader = await world.cookieOf(world.ada, 'grafana', true)
    const post = { cookieHeader, servedAt: GRAFANA, atHub: false, method: 'POST' }
    expect(await outcome(world, { ...post, ...unsaid, origin: GRAFANA })).toBe('ada')
    expect(await outcome(world, { ...post, ...unsaid, origin: HUB })).toBe('forbidden')
  })
})

describe('a service that there is not, or that asks nothing of the gateway', () => {
  it.each(['none', '', 'plain', '__proto__', 'Grafana'])(
    '%j: a stranger hears what they hear of one that there is, and so do those who may not',
    async (service) => {
      const world = await openWorld()
      const eves = `token ${await world.tokenOf(world.eve, 'inherit')}`
      for (const parts of [{}, { authorization: 'token x' }, { authorization: eves }]) {
        const there = await admit(world.hub, requestFor({ ...parts, service: 'wiki' }))
        expect(await admit(world.hub, requestFor({ ...parts, service }))).toEqual(there)
      }
    },
  )
})
