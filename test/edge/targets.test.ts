import { expect, it } from 'vitest'
import type { UserPlace } from '../../src/edge/classify.ts'
import { classify } from '../../src/edge/classify.ts'
import { Targets } from '../../src/edge/targets.ts'
import { keys } from '../../src/hub/keys.ts'
import { Routes } from '../../src/proxy/routes.ts'
import { testRoute } from '../support/forward-harness.ts'
import { openTestHub } from '../support/hub.ts'
import { makeUser, putServer } from '../support/people.ts'

const MAIN = { ...testRoute('http://127.0.0.1:1'), server: '', fullName: 'ada/' }
const GPU = { ...testRoute('http://127.0.0.1:2'), server: 'gpu', fullName: 'ada/gpu' }

function place(path: string): UserPlace {
  const found = classify(path, '/')
  if (found.kind !== 'user') throw new Error(`not a user's: ${path}`)
  return found
}

async function setUp() {
  const hub = await openTestHub()
  const ada = await makeUser(hub, 'ada')
  const routes = new Routes()
  routes.set(MAIN)
  let waits = 0
  const targets = new Targets(hub, {
    find: (user, second) => routes.find(user, second),
    get: (user, server) => routes.get(user, server),
    settled: () => {
      waits += 1
      return Promise.resolve()
    },
  })
  return { hub, ada, routes, targets, waits: () => waits }
}

it('knows without a wait what leads to the default server, once it was asked', async () => {
  const { targets } = await setUp()
  const toMain = { server: '', route: MAIN, isAmbiguous: false }
  expect(targets.known(place('/user/ada/'))).toEqual(toMain)
  expect(targets.known(place('/user/ada//x'))).toBeUndefined()
  expect(targets.known(place('/user/ada/lab/tree'))).toBeUndefined()
  expect(await targets.find(place('/user/ada/lab/tree'))).toEqual(toMain)
  expect(targets.known(place('/user/ada/lab/tree'))).toEqual(toMain)
  expect(targets.known(place('/user/ada/api/kernels'))).toEqual(toMain)
  expect(targets.known(place('/user/ada//x'))).toEqual(toMain)
  expect(targets.known(place('/user/eve/api/kernels'))).toBeUndefined()
})

it('leads to a named server from the moment on that there is one, running or not', async () => {
  const { hub, ada, routes, targets } = await setUp()
  const gpu = place('/user/ada/gpu/lab')
  await targets.find(gpu)
  expect(targets.known(gpu)).toEqual({ server: '', route: MAIN, isAmbiguous: false })
  await putServer(hub, ada, 'gpu')
  expect(targets.known(gpu)).toBeUndefined()
  expect(await targets.find(gpu)).toEqual({ server: 'gpu', route: undefined, isAmbiguous: false })
  expect(targets.known(gpu)).toBeUndefined()
  expect(targets.known(place('/user/ada/lab'))).toEqual({
    server: '',
    route: MAIN,
    isAmbiguous: false,
  })

  routes.set(GPU)
  expect(targets.known(gpu)).toEqual({ server: 'gpu', route: GPU, isAmbiguous: false })
  routes.delete('ada', 'gpu')
  expect(targets.known(gpu)).toBeUndefined()

  await hub.store.commit({ delete: [keys.server('ada', 'gpu')] })
  expect(await targets.find(gpu)).toEqual({ server: '', route: MAIN, isAmbiguous: false })
  expect(targets.known(gpu)).toEqual({ server: '', route: MAIN, isAmbiguous: false })
})

it('knows nothing of a server that does not run, and waits once for one that was just started', async () => {
  const { routes, targets, waits } = await setUp()
  routes.delete('ada', '')
  expect(targets.known(place('/user/ada/lab'))).toBeUndefined()
  expect(await targets.find(place('/user/ada/lab'))).toEqual({
    server: '',
    route: undefined,
    isAmbiguous: false,
  })
  expect(waits()).toBe(1)
})

it('has no named servers where they are not allowed', async () => {
  const { hub, ada, routes, targets } = await setUp()
  await putServer(hub, ada, 'gpu')
  routes.set(GPU)
  hub.reload({ allow_named_servers: false })
  expect(targets.known(place('/user/ada/gpu/lab'))).toEqual({
    server: '',
    route: MAIN,
    isAmbiguous: false,
  })
  expect(await targets.find(place('/user/ada/gpu/lab'))).toEqual({
    server: '',
    route: MAIN,
    isAmbiguous: false,
  })
})

it.each(['/user/ada/gpu/../x', '/user/ada//gpu', '/user/ada/gpu%2Fx', '/user/ada/gpu;v=1/x'])(
  'does not say whose %s is while there is a server named gpu',
  async (path) => {
    const { hub, ada, targets } = await setUp()
    const clear = { server: '', route: MAIN, isAmbiguous: false }
    expect(await targets.find(place(path))).toEqual(clear)
    await putServer(hub, ada, 'gpu')
    expect(targets.known(place(path))).toBeUndefined()
    expect(await targets.find(place(path))).toEqual({ ...clear, isAmbiguous: true })
    hub.reload({ allow_named_servers: false })
    expect(await targets.find(place(path))).toEqual(clear)
  },
)
