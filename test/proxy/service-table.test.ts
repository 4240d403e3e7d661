import { expect, it, onTestFinished } from 'vitest'
import { createService, deleteService } from '../../src/hub/services/service-changes.ts'
import type { Route } from '../../src/proxy/route.ts'
import { ServiceTable } from '../../src/proxy/service-table.ts'
import { eventually } from '../support/gateway-process.ts'
import type { TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'

async function openTable(hub: TestHub): Promise<{ table: ServiceTable; gone: Route[] }> {
  const table = new ServiceTable(hub)
  onTestFinished(() => table.close())
  const gone: Route[] = []
  table.onGone((route) => gone.push(route))
  await table.load()
  return { table, gone }
}

const make = (hub: TestHub, name: string, url: string | null) =>
  createService(hub, {
    name,
    admin: false,
    url,
    info: {},
    display: true,
    oauthNoConfirm: false,
    oauthClientId: null,
    oauthRedirectUri: null,
    oauthClientAllowedScopes: [],
    apiToken: null,
    tokenNote: '',
  })

const remove = (hub: TestHub, name: string) => deleteService(hub, name, () => undefined)

const config = {
  base_url: '/jh/',
  services: [{ name: 'one', url: 'http://127.0.0.1:1/some/path' }, { name: 'no-pages' }],
}

it('has the services of the configuration that are behind the gateway, by their origin', async () => {
  const { table } = await openTable(await openTestHub({ config }))

  expect(table.all()).toHaveLength(1)
  expect(table.get('one')).toMatchObject({
    url: 'http://127.0.0.1:1',
    prefix: '/jh/services/one/',
    service: { name: 'one', clientId: 'service-one' },
    secret: '',
  })
  expect(table.get('no-pages')).toBeUndefined()
})

it('follows the configuration, and keeps the routes that stay', async () => {
  const hub = await openTestHub({ config })
  const { table, gone } = await openTable(hub)
  const before = table.get('one')

  const two = { name: 'two', url: 'https://127.0.0.1:2' }
  hub.reload({ ...config, services: [...config.services, two] })
  table.refresh()
  await table.settled()
  expect(table.get('one')).toBe(before)
  expect(table.get('two')).toMatchObject({ url: 'https://127.0.0.1:2' })
  expect(gone).toEqual([])

  hub.reload({ ...config, services: [{ name: 'one', url: 'http://127.0.0.1:3' }] })
  table.refresh()
  await table.settled()
  expect(table.get('one')).toMatchObject({ url: 'http://127.0.0.1:3' })
  expect(gone.map(({ prefix }) => prefix).sort()).toEqual([
    '/jh/services/one/',
    '/jh/services/two/',
  ])
})

it('follows what is made and deleted over the API, by this replica and by another', async () => {
  const hub = await openTestHub({ config })
  const other = await hub.another(config)
  const { table, gone } = await openTable(hub)

  await make(hub, 'mine', 'http://127.0.0.1:4')
  await table.settled()
  expect(table.get('mine')).toMatchObject({ url: 'http://127.0.0.1:4' })

  await make(other, 'theirs', 'http://127.0.0.1:5')
  await eventually('it is routed', () => table.get('theirs') !== undefined)
  await remove(other, 'mine')
  await eventually('it is not routed', () => table.get('mine') === undefined)
  expect(gone.map(({ fullName }) => fullName)).toEqual(['service:mine'])
})

it('is not set back by what it began to read before a change', async () => {
  const hub = await openTestHub({ config })
  const gate = Promise.withResolvers<void>()
  let reads = 0
  const cache = {
    ...{ get: hub.cache.get.bind(hub.cache), derive: hub.cache.derive.bind(hub.cache) },
    traced: hub.cache.traced.bind(hub.cache),
    list: async <V>(prefix: readonly string[]): Promise<V[]> => {
      const found = await hub.cache.list<V>(prefix)
      if (reads++ === 0) await gate.promise
      return found
    },
  }
  const table = new ServiceTable({ ...hub, cache })
  onTestFinished(() => table.close())
  const loaded = table.load()
  await eventually('it reads', () => reads === 1)
  await make(hub, 'late', 'http://127.0.0.1:4')
  await table.settled()
  gate.resolve()
  await loaded
  await table.settled()
  expect(table.get('late')).toBeDefined()
})

it('makes another route for another service of the same name', async () => {
  const hub = await openTestHub({ config })
  const { table, gone } = await openTable(hub)
  await make(hub, 'again', 'http://127.0.0.1:4')
  await table.settled()
  const first = table.get('again')

  await remove(hub, 'again')
  await make(hub, 'again', 'http://127.0.0.1:4')
  await table.settled()

  expect(table.get('again')?.key).not.toBe(first?.key)
  expect(gone).toEqual([first])
})

it('keeps the known routes while the store is away, and reads again', async () => {
  const hub = await openTestHub({ config })
  let away = false
  const cache = {
    ...{ get: hub.cache.get.bind(hub.cache), derive: hub.cache.derive.bind(hub.cache) },
    traced: hub.cache.traced.bind(hub.cache),
    list: <V>(prefix: readonly string[]): Promise<V[]> =>
      away ? Promise.reject(new Error('away')) : hub.cache.list(prefix),
  }
  const { table } = await openTable({ ...hub, cache })
  away = true
  table.refresh()
  await table.settled()
  expect(table.get('one')).toBeDefined()

  hub.reload({ services: [] })
  away = false
  await eventually('it was read again', () => table.get('one') === undefined)
  expect(table.all()).toEqual([])
})
