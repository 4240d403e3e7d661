import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { principalOfToken, scopesOfToken } from '../../../src/hub/identity/identity.ts'
import { keys } from '../../../src/hub/keys.ts'
import { clientName } from '../../../src/hub/oauth/clients.ts'
import {
  revokeTokensOfClient,
  revokeTokensOfSession,
} from '../../../src/hub/tokens/revoke-tokens.ts'
import { findToken, issueToken, listTokens, revokeToken } from '../../../src/hub/tokens/tokens.ts'
import { deleteUser } from '../../../src/hub/users/users.ts'
import type { World } from '../../oauth/world.ts'
import { LAB, openWorld, PORTAL, QUICK, tokenFor } from '../../oauth/world.ts'
import { ownerOf, putServer } from '../../support/people.ts'

const isAlive = async (world: World, token: string): Promise<boolean> =>
  (await principalOfToken(world.hub, token)) !== undefined

/** What of the tokens' indexes is in the store. */
async function indexed(world: World): Promise<number> {
  const all = await Promise.all(
    ['token-of-client', 'token-of-session'].map((prefix) => world.hub.store.count([prefix])),
  )
  return all.reduce((sum, count) => sum + count, 0)
}

describe('the token of an OAuth client', () => {
  test('is dead as soon as the server’s run is over', async () => {
    const world = await openWorld()
    const token = await tokenFor(world, await world.signedIn('ada'), LAB)
    expect(await isAlive(world, token)).toBe(true)
    await putServer(world.hub, world.ada, '', { wanted: 'stopped', phase: 'stopped' })
    expect(await isAlive(world, token)).toBe(false)
  })

  test('is not the token of the server’s next run', async () => {
    const world = await openWorld()
    const token = await tokenFor(world, await world.signedIn('ada'), LAB)
    // Written as it is: a token that was issued while the run ended.
    const record = await world.hub.store.get(keys.token(sha256(token)))
    await world.runServer(world.ada, '', 'secret-of-the-next-run')
    await world.hub.store.commit({
      set: [{ key: keys.token(sha256(token)), value: record?.value }],
    })
    expect(await isAlive(world, token)).toBe(false)
    await world.runServer(world.ada, '', LAB.client_secret)
    expect(await isAlive(world, token)).toBe(true)
  })

  test('is dead while its service is not in the configuration', async () => {
    const world = await openWorld()
    const token = await tokenFor(world, await world.signedIn('grace'), QUICK)
    const { config } = world.hub.snapshot()
    world.hub.reload({ ...config, services: [] })
    expect(await isAlive(world, token)).toBe(false)
    world.hub.reload(config)
    expect(await isAlive(world, token)).toBe(true)
  })

  test('ends with a service that was made over the API, and does not come back with its name', async () => {
    const world = await openWorld()
    const made = {
      client_id: 'service-made',
      client_secret: 'made-secret-of-the-service',
      redirect_uri: 'https://made.example/',
    }
    const create = () =>
      world.call('POST', '/services/made', undefined, {
        api_token: made.client_secret,
        oauth_redirect_uri: made.redirect_uri,
      })
    expect((await create()).status).toBe(201)
    const token = await tokenFor(world, await world.signedIn('ada'), made)
    expect(await isAlive(world, token)).toBe(true)
    await world.call('DELETE', '/services/made')
    expect(await isAlive(world, token)).toBe(false)
    expect(await indexed(world)).toBe(0)
    await create()
    expect(await isAlive(world, token)).toBe(false)
  })

  test('shows nothing once it is dead', async () => {
    const world = await openWorld()
    await tokenFor(world, await world.signedIn('grace'), QUICK)
    const user = await world.hub.store.get<{ id: string }>(keys.user('grace'))
    const owner = { kind: 'user', name: 'grace', id: user?.value.id ?? '' } as const
    const record = (await listTokens(world.hub, owner)).find(({ client }) => client !== null)
    if (record === undefined) throw new Error('no token')
    expect(await clientName(world.hub, record)).toBe('JupyterHub service quick')
    world.hub.reload({ ...world.hub.snapshot().config, services: [] })
    expect([...(await scopesOfToken(world.hub, record))]).toEqual([])
    expect(await clientName(world.hub, record)).toBe('service-quick')
  })
})

describe('revoking', () => {
  test('one of them revokes all that its owner gave the client, and no other', async () => {
    const world = await openWorld()
    const browser = await world.signedIn('grace')
    const [one, two] = [
      await tokenFor(world, browser, QUICK),
      await tokenFor(world, await world.signedIn('grace'), QUICK),
    ]
    const other = await tokenFor(world, browser, PORTAL)
    const ada = await tokenFor(world, await world.signedIn('ada'), QUICK)
    const { id, credential } = (await principalOfToken(world.hub, one)) ?? {}
    if (id === undefined || credential === undefined) throw new Error('no principal')
    const owner = { kind: 'user', name: 'grace', id } as const
    const api = await issueToken(world.hub, { owner, scopes: [], note: '', expiresAt: null })
    await revokeToken(world.hub, owner, credential.id)
    expect(await isAlive(world, one)).toBe(false)
    expect(await isAlive(world, two)).toBe(false)
    for (const token of [other, ada, api.token]) expect(await isAlive(world, token)).toBe(true)
  })

  test('by client, and by sign-in', async () => {
    const world = await openWorld()
    const [here, there] = [await world.signedIn('ada'), await world.signedIn('ada')]
    const tokens = {
      lab: await tokenFor(world, here, LAB),
      quick: await tokenFor(world, here, QUICK),
      elsewhere: await tokenFor(world, there, QUICK),
    }
    const session = (await principalOfToken(world.hub, tokens.quick))?.credential
    if (session?.type !== 'token' || session.session === undefined) throw new Error('no session')
    await revokeTokensOfSession(world.hub, session.session)
    expect(await isAlive(world, tokens.lab)).toBe(false)
    expect(await isAlive(world, tokens.quick)).toBe(false)
    expect(await isAlive(world, tokens.elsewhere)).toBe(true)
    await revokeTokensOfClient(world.hub, QUICK.client_id)
    expect(await isAlive(world, tokens.elsewhere)).toBe(false)
    expect(await indexed(world)).toBe(0)
    // What is not there is no error.
    await revokeTokensOfClient(world.hub, QUICK.client_id)
    await revokeTokensOfSession(world.hub, session.session)
  })

  test('deleting the user leaves nothing of them', async () => {
    const world = await openWorld()
    await tokenFor(world, await world.signedIn('grace'), QUICK)
    expect(await indexed(world)).toBe(2)
    await deleteUser(world.hub, 'grace')
    expect(await indexed(world)).toBe(0)
  })
})

describe('tokens from before there were OAuth clients', () => {
  test('work, are listed and can be revoked', async () => {
    const { ada, hub } = await openWorld()
    const owner = ownerOf(ada)
    const { token, record } = await issueToken(hub, {
      owner,
      scopes: ['inherit'],
      note: 'old',
      expiresAt: null,
    })
    const { client: _, clientInstance: __, session: ___, ...old } = record
    const index = keys.tokenOf('user', ada.id, record.id)
    await hub.store.commit({
      set: [
        { key: keys.token(record.digest), value: old },
        { key: index, value: { digest: record.digest } },
      ],
    })
    expect(await findToken(hub, owner, record.id)).toEqual(record)
    expect((await principalOfToken(hub, token))?.name).toBe('ada')
    await revokeToken(hub, owner, record.id)
    expect(await principalOfToken(hub, token)).toBeUndefined()
    expect(await hub.store.get(index)).toBeUndefined()
    expect(await hub.store.get(keys.tokenActivity(record.id))).toBeUndefined()
  })
})
