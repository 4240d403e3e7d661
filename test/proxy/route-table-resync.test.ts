import { expect, it, onTestFinished } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import { keys } from '../../src/hub/keys.ts'
import { RouteTable } from '../../src/proxy/route-table.ts'
import type { Store } from '../../src/store/port.ts'
import type { TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'
import { makeUser, putServer } from '../support/people.ts'

/** A store that never tells of a change, and whose reads can be held up or fail. */
function deafStore(store: Store) {
  const control = { before: (): Promise<void> => Promise.resolve() }
  const deaf = new Proxy(store, {
    get: (target, name) => {
      if (name === 'watch') return () => () => undefined
      if (name === 'getMany') {
        return async (wanted: Parameters<Store['getMany']>[0]) => {
          await control.before()
          return target.getMany(wanted)
        }
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { store: deaf, control }
}

async function openTable(hub: TestHub) {
  const { store, control } = deafStore(hub.store)
  const table = new RouteTable({ store, log: hub.log, baseUrl: '/' })
  onTestFinished(() => table.close())
  await table.load()
  const users = () => table.all().map(({ user }) => user)
  return { table, control, users }
}

async function run(hub: TestHub, name: string): Promise<void> {
  const port = 4000 + name.length
  await putServer(hub, await makeUser(hub, name), '', {
    wanted: 'running',
    phase: 'ready',
    runId: `run-${name}`,
    url: `http://127.0.0.1:${port}`,
    secret: 'secret',
  })
}

it('reads what nobody told it of, and forgets what is gone', async () => {
  const hub = await openTestHub()
  await run(hub, 'ada')
  const { table, users } = await openTable(hub)
  expect(users()).toEqual(['ada'])
  await run(hub, 'grace')
  await hub.store.commit({ delete: [keys.server('ada', ''), keys.activeServer('ada', '')] })
  expect(users()).toEqual(['ada'])
  await table.resync()
  expect(users()).toEqual(['grace'])
})

it('waits for a read that began after it was asked, not for one under way', async () => {
  const hub = await openTestHub()
  const { table, control, users } = await openTable(hub)
  await run(hub, 'ada')
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let reads = 0
  control.before = () => gates[reads++]?.promise ?? Promise.resolve()
  const first = table.resync()
  await expect.poll(() => reads).toBe(1)
  await run(hub, 'grace')
  const second = table.resync()
  gates[0]?.resolve()
  gates[1]?.resolve()
  await Promise.all([first, second])
  expect(users().sort()).toEqual(['ada', 'grace'])
})

it('says so when the store cannot be read, keeps the known routes, and heals by itself', async () => {
  const hub = await openTestHub()
  await run(hub, 'ada')
  const { table, control, users } = await openTable(hub)
  await run(hub, 'grace')
  control.before = () => Promise.reject(new HubgateError('unavailable'))
  await expect(table.resync()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(table.resync()).rejects.toMatchObject({ code: 'unavailable' })
  expect(users()).toEqual(['ada'])
  control.before = () => Promise.resolve()
  await expect.poll(() => users().sort()).toEqual(['ada', 'grace'])
  await table.resync()
  expect(users()).toHaveLength(2)
})

it('does nothing once it is closed', async () => {
  const hub = await openTestHub()
  const { table } = await openTable(hub)
  table.close()
  await expect(table.resync()).rejects.toMatchObject({ code: 'unavailable' })
})
