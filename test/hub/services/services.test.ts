import { describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { principalOfToken } from '../../../src/hub/identity/identity.ts'
import { keys } from '../../../src/hub/keys.ts'
import { createService, deleteService } from '../../../src/hub/services/service-changes.ts'
import { findService, listServices } from '../../../src/hub/services/services.ts'
import { issueToken, listTokens } from '../../../src/hub/tokens/tokens.ts'
import type { Service } from '../../../src/model/service.ts'
import type { TokenOwner } from '../../../src/model/token.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { serviceWish } from '../../support/services.ts'

const SECRET = 'a-secret-for-a-new-service'

const ownerOf = ({ id, name }: Service): TokenOwner => ({ kind: 'service', id, name })

const issue = (hub: TestHub, service: Service) =>
  issueToken(hub, { owner: ownerOf(service), scopes: ['inherit'], note: '', expiresAt: null })

const remove = (hub: TestHub, name: string) => deleteService(hub, name, () => undefined)

describe('findService', () => {
  test("the configuration's come first, with what it says, and go by their names", async () => {
    const hub = await openTestHub()
    const made = await createService(hub, serviceWish('paper', { url: 'http://127.0.0.1:9' }))
    expect(await findService(hub, 'paper')).toMatchObject({ id: made.id, source: 'api' })
    hub.reload({ services: [{ name: 'paper', info: { a: 1 }, display: false }] })
    expect(await findService(hub, 'paper')).toMatchObject({
      id: 'paper',
      url: null,
      info: { a: 1 },
      display: false,
      source: 'config',
    })
    expect(await listServices(hub)).toMatchObject([{ id: 'paper' }])
    hub.reload({})
    expect(await findService(hub, 'paper')).toEqual(made)
  })

  test('the role admin of the configuration makes its services admins', async () => {
    const services = [{ name: 'one' }, { name: 'two' }, { name: 'three', admin: true }]
    const hub = await openTestHub({
      config: { services, load_roles: [{ name: 'admin', services: ['one'] }] },
    })
    expect((await listServices(hub)).map(({ name, admin }) => [name, admin])).toEqual([
      ['one', true],
      ['three', true],
      ['two', false],
    ])
    hub.reload({ services })
    expect(await findService(hub, 'one')).toMatchObject({ admin: false })
  })

  test('a default redirect follows the base URL', async () => {
    const hub = await openTestHub()
    await createService(hub, serviceWish('paper', { url: 'http://127.0.0.1:9' }))
    hub.reload({ base_url: '/jupyter/' })
    expect(await findService(hub, 'paper')).toMatchObject({
      oauthRedirectUri: '/jupyter/services/paper/oauth_callback',
    })
  })

  test.each(['', '.', 'a/b', 'a\u0000', 'constructor', 's:0000000000000001'])(
    'there is none called %j',
    async (name) => {
      const hub = await openTestHub()
      await createService(hub, serviceWish('paper'))
      expect(await findService(hub, name)).toBeUndefined()
    },
  )

  test('a broken record is an error, never a service', async () => {
    const hub = await openTestHub()
    const { source: _, ...record } = await createService(hub, serviceWish('paper'))
    for (const value of [{ ...record, admin: 1 }, { ...record, name: 'other' }, {}, null]) {
      await hub.store.commit({ set: [{ key: keys.service('paper'), value }] })
      await expect(findService(hub, 'paper')).rejects.toMatchObject({ code: 'internal' })
    }
  })
})

describe('createService', () => {
  test('is known to another replica at once, its token too', async () => {
    const hub = await openTestHub()
    const other = await hub.another()
    expect(await findService(other, 'paper')).toBeUndefined()
    const made = await createService(hub, serviceWish('paper', { apiToken: SECRET }))
    expect(made.id).toMatch(/^s:\d{16}$/)
    await vi.waitFor(async () => {
      expect(await principalOfToken(other, SECRET)).toMatchObject({
        kind: 'service',
        name: 'paper',
        id: made.id,
        admin: false,
      })
    })
  })

  test('two replicas that make the same one: one does, and only its token works', async () => {
    const hub = await openTestHub()
    const other = await hub.another()
    const outcomes = await Promise.allSettled([
      createService(hub, serviceWish('paper', { apiToken: `${SECRET}-0` })),
      createService(other, serviceWish('paper', { apiToken: `${SECRET}-1` })),
    ])
    const failed = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(failed).toMatchObject([{ code: 'conflict' }])
    const loser = outcomes.findIndex((one) => one.status === 'rejected')
    expect(await hub.store.get(keys.token(sha256(`${SECRET}-${loser}`)))).toBeUndefined()
    expect(await hub.store.get(keys.token(sha256(`${SECRET}-${1 - loser}`)))).toBeDefined()
  })

  test('two services that want one token or one client id: one gets it, the other is not made', async () => {
    const hub = await openTestHub()
    const client = { oauthClientId: 'service-x', url: 'http://127.0.0.1:9' }
    for (const same of [{ apiToken: SECRET }, client]) {
      const outcomes = await Promise.allSettled([
        createService(hub, serviceWish('one', same)),
        createService(hub, serviceWish('two', same)),
      ])
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await listServices(hub)).toHaveLength(1)
      await Promise.allSettled([remove(hub, 'one'), remove(hub, 'two')])
    }
    expect(await hub.store.count([])).toBe(0)
  })

  test('takes no secret that a user or the configuration has', async () => {
    const hub = await openTestHub({ config: { api_tokens: { [SECRET]: 'ops' } } })
    for (const apiToken of [SECRET, `sha256:${sha256(SECRET)}`]) {
      await expect(createService(hub, serviceWish('paper', { apiToken }))).rejects.toMatchObject({
        code: 'bad_request',
        publicMessage: 'Failed to create service paper: the api_token is in use',
      })
    }
  })
})

describe('deleteService', () => {
  test('nothing of it is left', async () => {
    const hub = await openTestHub()
    const given = { apiToken: SECRET, url: 'http://127.0.0.1:9' }
    const made = await createService(hub, serviceWish('paper', given))
    const { token } = await issue(hub, made)
    expect(await principalOfToken(hub, token)).toBeDefined()
    await remove(hub, 'paper')
    expect(await hub.store.list([])).toEqual([])
    expect(await principalOfToken(hub, token)).toBeUndefined()
    expect(await principalOfToken(hub, SECRET)).toBeUndefined()
    await expect(remove(hub, 'paper')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a token that is made at the same moment does not survive', async () => {
    const hub = await openTestHub()
    const other = await hub.another()
    for (let round = 0; round < 10; round++) {
      const made = await createService(hub, serviceWish('paper'))
      await Promise.allSettled([issue(hub, made), remove(other, 'paper'), issue(other, made)])
      expect(await hub.store.list([])).toEqual([])
    }
  })

  test('a token that comes between its look and its commit goes too', async () => {
    const hub = await openTestHub()
    const made = await createService(hub, serviceWish('paper'))
    const commit = hub.store.commit.bind(hub.store)
    vi.spyOn(hub.store, 'commit').mockImplementationOnce(async (parts) => {
      const { token } = await issue(hub, made)
      expect(await principalOfToken(hub, token)).toBeDefined()
      return commit(parts)
    })
    await remove(hub, 'paper')
    expect(await hub.store.list([])).toEqual([])
  })

  test('a service that got the name again has neither tokens nor a way to them', async () => {
    const hub = await openTestHub()
    const before = await createService(hub, serviceWish('paper', { admin: true, apiToken: SECRET }))
    await remove(hub, 'paper')
    const after = await createService(hub, serviceWish('paper'))
    expect(after.id).not.toBe(before.id)
    expect(await principalOfToken(hub, SECRET)).toBeUndefined()
    expect(await listTokens(hub, ownerOf(after))).toEqual([])
    await expect(issue(hub, before)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('asks again about a service that was replaced meanwhile', async () => {
    const hub = await openTestHub()
    await createService(hub, serviceWish('paper'))
    const commit = hub.store.commit.bind(hub.store)
    vi.spyOn(hub.store, 'commit').mockImplementationOnce(async (parts) => {
      await remove(hub, 'paper')
      await createService(hub, serviceWish('paper', { admin: true }))
      return commit(parts)
    })
    const refusal = new Error('not an admin')
    const deletion = deleteService(hub, 'paper', ({ admin }) => {
      if (admin) throw refusal
    })
    await expect(deletion).rejects.toBe(refusal)
    expect(await findService(hub, 'paper')).toMatchObject({ admin: true })
  })
})

describe('a token of a service', () => {
  test('of the configuration is tied to nothing in the store, and ends with the service', async () => {
    const hub = await openTestHub({ config: { services: [{ name: 'announce' }] } })
    const service = await findService(hub, 'announce')
    const { token } = await issue(hub, service!)
    expect(await principalOfToken(hub, token)).toMatchObject({ name: 'announce' })
    hub.reload({})
    expect(await principalOfToken(hub, token)).toBeUndefined()
    await createService(hub, serviceWish('announce'))
    expect(await principalOfToken(hub, token)).toBeUndefined()
  })

  test('allows what the admin role does, as long as its service is an admin', async () => {
    const services = [{ name: 'announce', api_token: SECRET }]
    const load_roles = [{ name: 'admin', services: ['announce'] }]
    const hub = await openTestHub({ config: { services, load_roles } })
    const principal = await principalOfToken(hub, SECRET)
    expect(principal).toMatchObject({ admin: true })
    expect(principal?.scopes.get('admin:users')).toBe(true)
    hub.reload({ services })
    const after = await principalOfToken(hub, SECRET)
    expect(after).toMatchObject({ admin: false })
    expect(after?.scopes).toEqual(new Map())
  })
})
