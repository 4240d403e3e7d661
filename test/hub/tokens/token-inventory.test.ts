import { describe, expect, test } from 'vitest'
import type { Place, Reach } from '../../../src/hub/tokens/token-inventory.ts'
import { listInventory } from '../../../src/hub/tokens/token-inventory.ts'
import { issueToken, revokeToken } from '../../../src/hub/tokens/tokens.ts'
import type { TokenOwner, TokenRecord } from '../../../src/model/token.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf } from '../../support/people.ts'

const SERVICE: TokenOwner = { kind: 'service', name: 'announce', id: 'announce' }

const CONFIG = {
  api_tokens: { 'ada-secret-of-the-config-map': 'ada' },
  services: [{ name: 'announce', api_token: 'service-secret-of-the-config-map' }],
}

interface World {
  hub: TestHub
  ada: TokenOwner
  bob: TokenOwner
}

async function openWorld(): Promise<World> {
  const hub = await openTestHub({ config: CONFIG })
  const ada = ownerOf(await makeUser(hub, 'ada'))
  const bob = ownerOf(await makeUser(hub, 'bob'))
  return { hub, ada, bob }
}

function issue(hub: TestHub, owner: TokenOwner, note: string) {
  return issueToken(hub, { owner, scopes: [], note, expiresAt: null })
}

const everything = (tokens: readonly TokenRecord[]) => Promise.resolve(tokens.map(() => true))

/** `owner note` of all tokens, from as many pages as it takes. */
async function all(hub: TestHub, reach: Reach, limit = 100, after?: Place): Promise<string[]> {
  const { tokens, next } = await listInventory(hub, { reach, after, limit, matching: everything })
  expect(tokens.length).toBeLessThanOrEqual(limit)
  const names = tokens.map(({ owner, note }) => `${owner.name} ${note}`)
  return next === undefined ? names : [...names, ...(await all(hub, reach, limit, next))]
}

describe('listInventory', () => {
  test('has the tokens of the config map first, then those of services, then of users by their age', async () => {
    const { hub, ada, bob } = await openWorld()
    await issue(hub, bob, '1')
    await issue(hub, ada, '2')
    await issue(hub, SERVICE, '3')
    await issue(hub, ada, '4')
    const names = await all(hub, {})
    expect(names.slice(0, 2).sort()).toEqual(['ada from config', 'announce from config'])
    expect(names.slice(2)).toEqual(['announce 3', 'ada 2', 'ada 4', 'bob 1'])
    expect(await all(hub, { kind: 'service' })).toEqual(['announce from config', 'announce 3'])
    expect(await all(hub, { kind: 'user' })).toEqual(['ada from config', 'ada 2', 'ada 4', 'bob 1'])
    expect(await all(hub, { owners: [bob, ada] })).toEqual([
      'ada from config',
      'ada 2',
      'ada 4',
      'bob 1',
    ])
    expect(await all(hub, { owners: [] })).toEqual([])
  })

  test.each([1, 2, 3])('has each token once on pages of %i, for any reach', async (limit) => {
    const { hub, ada, bob } = await openWorld()
    for (const owner of [bob, ada, SERVICE]) {
      for (const note of ['1', '2']) await issue(hub, owner, note)
    }
    for (const reach of [{}, { kind: 'user' as const }, { owners: [bob, ada, SERVICE] }]) {
      expect(await all(hub, reach, limit)).toEqual(await all(hub, reach))
    }
  })

  test('says so when nothing is behind a full page', async () => {
    const { hub, bob } = await openWorld()
    for (const note of ['1', '2']) await issue(hub, bob, note)
    const wish = { reach: { owners: [bob] }, limit: 2, matching: everything }
    expect(await listInventory(hub, wish)).toMatchObject({ next: undefined })
    await issue(hub, bob, '3')
    const { tokens, next } = await listInventory(hub, wish)
    expect(next).toEqual(['store', 'user', bob.id, tokens[1]?.id])
  })

  test('goes on behind tokens and owners that are gone, and finds what was added behind', async () => {
    const { hub, ada, bob } = await openWorld()
    const { record } = await issue(hub, ada, '1')
    await issue(hub, bob, '2')
    await issue(hub, ada, '3')
    const reach = { kind: 'user' } as const
    const after = ['store', 'user', ada.id, record.id]
    await revokeToken(hub, ada, record.id)
    await issue(hub, bob, '4')
    expect(await all(hub, reach, 1, after)).toEqual(['ada 3', 'bob 2', 'bob 4'])
    expect(await all(hub, { owners: [bob] }, 1, after)).toEqual(['bob 2', 'bob 4'])
    const behindAda = ['store', 'user', ada.id]
    expect(await all(hub, { owners: [ada, bob] }, 1, behindAda)).toEqual(['bob 2', 'bob 4'])
  })

  test('looks at so many tokens only, and goes on from there', async () => {
    const { hub, ada } = await openWorld()
    for (let i = 0; i < 1001; i++) await issue(hub, ada, String(i))
    let looks = 0
    const matching = (tokens: readonly TokenRecord[]) => {
      looks += tokens.length
      return Promise.resolve(tokens.map(({ note }) => note === '1000'))
    }
    const first = await listInventory(hub, { reach: {}, limit: 1, matching })
    expect(first.tokens).toEqual([])
    expect(looks).toBeLessThan(1300)
    const second = await listInventory(hub, {
      reach: {},
      limit: 1,
      matching,
      after: first.next ?? [],
    })
    expect(second).toMatchObject({ tokens: [{ note: '1000' }], next: undefined })
  })

  test('leaves out tokens of the config map whose owner does not exist', async () => {
    const hub = await openTestHub({ config: CONFIG })
    expect(await all(hub, {})).toEqual(['announce from config'])
  })
})
