import { beforeEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { keys } from '../../../src/hub/keys.ts'
import { changeServer } from '../../../src/hub/servers/rename-server.ts'
import { requestStop } from '../../../src/hub/servers/servers.ts'
import type { ShareCodeRequest } from '../../../src/hub/shares/share-codes.ts'
import {
  issueShareCode,
  listShareCodes,
  revokeShareCodes,
} from '../../../src/hub/shares/share-codes.ts'
import { exchangeShareCode, findShareOffer } from '../../../src/hub/shares/share-exchange.ts'
import { findShare, grantShare, revokeShare } from '../../../src/hub/shares/shares.ts'
import { changeUser, deleteUser } from '../../../src/hub/users/users.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import type { ConfigInput, TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { justBefore } from '../../support/just-before.ts'
import { makeUser, ownerOf, putServer } from '../../support/people.ts'

const GPU = { owner: 'ada', server: 'gpu' }
const EVE = { kind: 'user', name: 'eve' } as const
const SERVICE = { kind: 'service', name: 'desk', id: 'desk' } as const
const UNKNOWN = { answer: 'unknown' }

const CONFIG: ConfigInput = {
  services: [{ name: 'desk', api_token: 'a-token-of-the-desk' }],
  load_roles: [{ name: 'sharer', scopes: ['shares'], users: ['ada', 'ops'], services: ['desk'] }],
}

let hub: TestHub
let rival: TestHub
let ada: UserRecord
let eve: UserRecord

beforeEach(async () => {
  hub = await openTestHub({ config: CONFIG })
  rival = await hub.another()
  ada = await makeUser(hub, 'ada')
  eve = await makeUser(hub, 'eve')
  await putServer(hub, ada, 'gpu')
})

/** A code for Ada's named server, made by herself unless somebody else is named. */
async function make(request: Partial<ShareCodeRequest> = {}): Promise<string> {
  const own = { scopes: ['access:servers'], maker: ownerOf(ada), expiresIn: 60 }
  return (await issueShareCode(hub, GPU, { ...own, ...request })).code
}

const record = async (code: string) =>
  (await hub.store.get<{ exchangeCount: number }>(keys.shareCode(sha256(code))))?.value

describe('exchangeShareCode', () => {
  test('gives the share and counts', async () => {
    const code = await make()
    hub.clock.advance(500)
    expect(await findShareOffer(hub, code, eve)).toMatchObject({
      answer: 'share',
      offer: { server: { owner: 'ada', name: 'gpu', ready: false } },
    })
    expect(await findShare(hub, GPU, EVE)).toBeUndefined()
    expect(await exchangeShareCode(hub, code, eve)).toMatchObject({ answer: 'share' })
    expect(await findShare(hub, GPU, EVE)).toMatchObject({ scopes: ['access:servers'] })
    expect(await record(code)).toMatchObject({
      exchangeCount: 1,
      lastExchangedAt: hub.clock.now(),
    })
  })

  test('adds to a share that there is, and counts when it adds nothing', async () => {
    await grantShare(hub, GPU, EVE, ['read:servers'])
    const code = await make()
    await exchangeShareCode(hub, code, eve)
    await exchangeShareCode(hub, code, eve)
    expect((await findShare(hub, GPU, EVE))?.scopes).toEqual(['access:servers', 'read:servers'])
    expect(await record(code)).toMatchObject({ exchangeCount: 2 })
  })

  test('counts every one of many at once', async () => {
    const code = await make()
    const names = Array.from({ length: 8 }, (_, i) => `guest-${i}`)
    const guests = await Promise.all(names.map((name) => makeUser(hub, name)))
    await Promise.all(
      guests.map((guest, i) => exchangeShareCode(i % 2 === 0 ? hub : rival, code, guest)),
    )
    expect(await record(code)).toMatchObject({ exchangeCount: 8 })
    expect(await hub.store.count(keys.sharesOfServer(ada.id, 'gpu'))).toBe(8)
  })

  test('gives owners nothing', async () => {
    const code = await make()
    expect(await findShareOffer(hub, code, ada)).toEqual({ answer: 'own' })
    expect(await exchangeShareCode(hub, code, ada)).toEqual({ answer: 'own' })
    expect(await record(code)).toMatchObject({ exchangeCount: 0 })
  })

  test('knows a code until it expires', async () => {
    const code = await make({ expiresIn: 60 })
    await exchangeShareCode(hub, code, eve)
    hub.clock.advance(59_999)
    expect(await findShareOffer(hub, code, eve)).toMatchObject({ answer: 'share' })
    hub.clock.advance(1)
    expect(await findShareOffer(hub, code, eve)).toEqual(UNKNOWN)
    expect(await exchangeShareCode(hub, code, eve)).toEqual(UNKNOWN)
    expect(await hub.store.list(keys.shareCodesOfOwner(ada.id))).toEqual([])
    expect(await findShare(hub, GPU, EVE)).toBeDefined()
  })

  test.each(['', 'x', 'x'.repeat(43), '\u0000'.repeat(43), 'x'.repeat(100_000)])(
    'knows no %.20s',
    async (code) => {
      await make()
      expect(await exchangeShareCode(hub, code, eve)).toEqual(UNKNOWN)
      expect(await findShareOffer(hub, code, eve)).toEqual(UNKNOWN)
    },
  )

  test('does not take the digest for the code', async () => {
    const code = await make()
    expect(await exchangeShareCode(hub, sha256(code), eve)).toEqual(UNKNOWN)
  })
})

describe('a code counts only as long as', () => {
  async function expectNothing(code: string): Promise<void> {
    expect(await findShareOffer(hub, code, eve)).toEqual(UNKNOWN)
    expect(await exchangeShareCode(hub, code, eve)).toEqual(UNKNOWN)
    expect(await hub.store.count(['share'])).toBe(0)
  }

  test('it is not revoked', async () => {
    const code = await make()
    await revokeShareCodes(hub, GPU, { code })
    await expectNothing(code)
  })

  test('its server is there, not one of the same name', async () => {
    const code = await make()
    await requestStop(hub, { user: 'ada', name: 'gpu', remove: true, by: 'ada' })
    await expectNothing(code)
    await putServer(hub, ada, 'gpu')
    await expectNothing(code)
  })

  test('its owner is there, not one of the same name', async () => {
    const code = await make({ maker: SERVICE })
    await deleteUser(hub, 'ada')
    await expectNothing(code)
    await putServer(hub, await makeUser(hub, 'ada'), 'gpu')
    await expectNothing(code)
  })

  test('its maker is there, not one of the same name', async () => {
    const code = await make({ maker: ownerOf(await makeUser(hub, 'ops')) })
    expect(await findShareOffer(hub, code, eve)).toMatchObject({ answer: 'share' })
    await deleteUser(hub, 'ops')
    await expectNothing(code)
    await makeUser(hub, 'ops')
    await expectNothing(code)
  })

  test('its maker may share: a user', async () => {
    const code = await make()
    hub.reload({ load_roles: [{ name: 'sharer', scopes: ['shares'], users: ['ops'] }] })
    await expectNothing(code)
    hub.reload(CONFIG)
    expect(await exchangeShareCode(hub, code, eve)).toMatchObject({ answer: 'share' })
  })

  test('its maker may share: a service', async () => {
    const code = await make({ maker: SERVICE })
    expect(await findShareOffer(hub, code, eve)).toMatchObject({ answer: 'share' })
    hub.reload({ ...CONFIG, load_roles: [] })
    await expectNothing(code)
    hub.reload({})
    await expectNothing(code)
  })

  test('its maker holds each of its scopes', async () => {
    const code = await make({ maker: SERVICE, scopes: ['access:servers', 'start:servers'] })
    await expectNothing(code)
  })
})

describe('names', () => {
  test('a code follows its owner, and a maker with another name', async () => {
    const code = await make({ maker: ownerOf(await makeUser(hub, 'ops')) })
    await changeUser(hub, 'ada', { name: 'lou' })
    hub.reload({ load_roles: [{ name: 'sharer', scopes: ['shares'], users: ['root'] }] })
    await changeUser(hub, 'ops', { name: 'root' })
    const found = await exchangeShareCode(hub, code, eve)
    expect(found).toMatchObject({ offer: { server: { owner: 'lou', name: 'gpu' } } })
    const place = { owner: 'lou', server: 'gpu' }
    expect(await findShare(hub, place, EVE)).toBeDefined()
  })

  test('shares and codes follow their server', async () => {
    await grantShare(hub, GPU, EVE, ['access:servers'])
    const code = await make()
    await make()
    hub.clock.advance(1)
    await changeServer(hub, { user: ada, server: 'gpu', name: 'big', by: 'ada' })
    const big = { owner: 'ada', server: 'big' }
    expect(await findShare(hub, big, EVE)).toMatchObject({ server: 'big' })
    const range = { offset: 0, limit: 9 }
    const { items } = await listShareCodes(hub, { ownerId: ada.id, server: 'big' }, range)
    expect(items.map(({ server }) => server.name)).toEqual(['big', 'big'])
    await putServer(hub, ada, 'gpu')
    expect(await findShare(hub, GPU, EVE)).toBeUndefined()
    expect((await listShareCodes(hub, { ownerId: ada.id, server: 'gpu' }, range)).total).toBe(0)
    const ops = await makeUser(hub, 'ops')
    expect(await exchangeShareCode(hub, code, ops)).toMatchObject({
      offer: { server: { name: 'big' } },
    })
    hub.clock.advance(60_000)
    expect(await findShareOffer(hub, code, ops)).toEqual(UNKNOWN)
    expect(await revokeShare(hub, big, EVE, null)).toBeUndefined()
    const left = await hub.store.list(['share-with'])
    expect(left.map(({ key }) => key.at(2))).toEqual([ops.id])
  })
})

describe('what happens between reading and committing', () => {
  const RENAME = { server: 'gpu', name: 'big', by: 'ada' } as const

  test.each<[string, (code: string) => Promise<unknown>]>([
    ['the code is revoked', () => revokeShareCodes(rival, GPU, 'all')],
    [
      'the server goes',
      () => requestStop(rival, { user: 'ada', name: 'gpu', remove: true, by: 'ada' }),
    ],
    ['the owner goes', () => deleteUser(rival, 'ada')],
  ])('exchanging: %s', async (_, go) => {
    const code = await make()
    justBefore(hub, () => go(code))
    expect(await exchangeShareCode(hub, code, eve)).toEqual(UNKNOWN)
    expect(await hub.store.count(['share'])).toBe(0)
    expect(await hub.store.count(['share-code'])).toBe(0)
  })

  test('exchanging: the user goes', async () => {
    const code = await make()
    justBefore(hub, () => deleteUser(rival, 'eve').then(() => makeUser(rival, 'eve')))
    await expect(exchangeShareCode(hub, code, eve)).rejects.toMatchObject({ code: 'not_found' })
    expect(await hub.store.count(['share'])).toBe(0)
    expect(await record(code)).toMatchObject({ exchangeCount: 0 })
  })

  test('exchanging: the server gets another name', async () => {
    const code = await make()
    justBefore(hub, () => changeServer(rival, { user: ada, ...RENAME }))
    await exchangeShareCode(hub, code, eve)
    expect(await findShare(hub, { owner: 'ada', server: 'big' }, EVE)).toBeDefined()
    expect(await hub.store.count(['share'])).toBe(1)
  })

  test('exchanging: the owner gets another name, which somebody else takes', async () => {
    const code = await make({ maker: SERVICE })
    const { getMany } = hub.store
    // Just behind the read that says what the owner's name is.
    vi.spyOn(hub.store, 'getMany').mockImplementationOnce(async (wanted) => {
      const names = await getMany.call(hub.store, wanted)
      await changeUser(rival, 'ada', { name: 'lou' })
      await putServer(rival, await makeUser(rival, 'ada'), 'gpu')
      return names as never
    })
    expect(await exchangeShareCode(hub, code, eve)).toMatchObject({
      offer: { server: { owner: 'lou' } },
    })
    expect(await findShare(hub, GPU, EVE)).toBeUndefined()
    expect(await findShare(hub, { owner: 'lou', server: 'gpu' }, EVE)).toBeDefined()
  })

  test('moving a server: what is revoked meanwhile does not come back', async () => {
    const code = await make()
    justBefore(hub, () => revokeShareCodes(rival, GPU, { code }))
    await changeServer(hub, { user: ada, ...RENAME })
    expect(await hub.store.list(['share-code'])).toEqual([])
    expect(await hub.store.list(['share-code-of'])).toEqual([])
  })

  test.each<'all' | 'one'>(['all', 'one'])('revoking %s: the server moves', async (which) => {
    const code = await make()
    justBefore(hub, () => changeServer(rival, { user: ada, ...RENAME }))
    const choice = which === 'all' ? 'all' : { code }
    await revokeShareCodes(hub, GPU, choice).catch(() => undefined)
    const [codes, index] = [['share-code'], ['share-code-of']]
    expect(await hub.store.count(codes)).toBe(await hub.store.count(index))
  })
})
