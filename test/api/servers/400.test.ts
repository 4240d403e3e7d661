import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import type { Rig, RigOptions } from '../harness.ts'
import { ADA, expectError, openRig, runServers } from '../harness.ts'

const GPU = '/users/ada/servers/gpu'
const QUICK = { slow_spawn_timeout: 0.05 }
const FULL = /^User ada already has the maximum of 1 named servers\. {2}One must be deleted before/

/** A rig where ada has a stopped server gpu. */
async function openWithGpu(options: RigOptions = {}): Promise<Rig> {
  const rig = await openRig(options)
  const ada = await findUser(rig.hub, 'ada')
  if (ada === undefined) throw new Error('no ada')
  await putServer(rig.hub, ada, 'gpu')
  return rig
}

describe.each(['PUT', 'POST'])('%s /users/{name}/servers/{server}', (method) => {
  it.each([
    ['gpu', [], 'Body must be a JSON object'],
    ['gpu', '5', 'Body must be a JSON object'],
    ['gpu', { user_options: 5 }, 'user_options must be an object or null'],
    ['gpu', { user_options: [] }, 'user_options must be an object or null'],
    ['gpu', { display_name: 5 }, 'display_name must be a string'],
    ['gpu', { display_name: ' x' }, "Invalid display_name: ' x'"],
    ['gpu', { display_name: 'a\tb' }, "Invalid display_name: 'a\\tb'"],
    ['BAD', undefined, "Invalid server_name: 'BAD'"],
    ['a--b', undefined, "Invalid server_name: 'a--b'"],
    ['a%20b', undefined, "Invalid server_name: 'a b'"],
    ['a.b', undefined, "Invalid server_name: 'a.b'"],
    ['a'.repeat(31), undefined, /^Invalid server_name/],
  ])('refuses %s with %j', async (name, body, message) => {
    const { hub, call } = await openRig()
    expectError(await call(method, `/users/ada/servers/${name}`, ADA, body), 400, message)
    expect(await hub.store.count(['server'])).toBe(0)
  })

  it('refuses named servers when they are off, and one too many', async () => {
    const off = await openRig({ config: { allow_named_servers: false } })
    expectError(await off.call(method, GPU, ADA), 400, 'Named servers are not enabled.')
    const one = await openRig({ config: { ...QUICK, named_server_limit_per_user: 1 } })
    await one.call(method, '/users/ada/servers/first', ADA)
    expectError(await one.call(method, '/users/ada/servers/second', ADA), 400, FULL)
  })
})

describe('POST /users/{name}/servers/{server}', () => {
  it('refuses what runs or is stopping', async () => {
    const rig = await openRig()
    const ada = await findUser(rig.hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(rig.hub, ada, '', { wanted: 'running', phase: 'ready' })
    expectError(await rig.call('POST', '/users/ada/server', ADA), 400, 'ada is already running')
    await putServer(rig.hub, ada, 'gpu', { wanted: 'stopped', phase: 'stopping' })
    expectError(await rig.call('POST', GPU, ADA), 400, 'ada:gpu is pending stop')
  })

  it('answers the status of the failure', async () => {
    const rig = await openRig()
    runServers(rig).fate = 'bad-options'
    expectError(await rig.call('POST', '/users/ada/server', ADA), 400, 'Invalid user options')
  })

  it('refuses a bad display name of a server that there is', async () => {
    const { hub, call } = await openWithGpu()
    expectError(await call('POST', GPU, ADA, { display_name: ' x' }), 400, /^Invalid display_name/)
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped' })
  })
})

describe('PATCH /users/{name}/servers/{server}', () => {
  it.each([
    [undefined, 'Must specify at least one field to modify.'],
    [{}, 'Must specify at least one field to modify.'],
    [[], 'Must specify at least one field to modify.'],
    ['5', 'Must specify at least one field to modify.'],
    [{ display_name: 'x', state: {}, url: '' }, 'Invalid JSON keys: state, url'],
    [{ nonsense: 1 }, 'Invalid JSON keys: nonsense'],
    [{ name: 5 }, 'name must be a string'],
    [{ display_name: 5 }, 'display_name must be a string'],
    [{ user_options: null }, 'user_options must be a dict'],
    [{ user_options: [] }, 'user_options must be a dict'],
    [{ name: 'new', user_options: 5 }, 'user_options must be a dict'],
    [{ name: 'Big' }, "Invalid server_name: 'Big'"],
    [{ name: '../ben' }, "Invalid server_name: '../ben'"],
    [{ name: 'a'.repeat(31) }, /^Invalid server_name/],
    [{ name: 'new', display_name: 'a  b' }, "Invalid display_name: 'a  b'"],
    [{ display_name: 'a\nb' }, "Invalid display_name: 'a\\nb'"],
    [{ display_name: 'x'.repeat(256) }, /^Invalid display_name/],
  ])('refuses %j, and changes nothing', async (body, message) => {
    const { hub, call } = await openWithGpu()
    const before = await hub.store.list(['server'])
    expectError(await call('PATCH', GPU, ADA, body), 400, message)
    expect(await hub.store.list(['server'])).toEqual(before)
  })

  it.each([
    ['ready', 'running'],
    ['spawning', 'running'],
    ['stopping', 'stopped'],
    ['stopped', 'running'],
  ] as const)('refuses an active server: %s, wanted %s', async (phase, wanted) => {
    const rig = await openWithGpu()
    const ada = await findUser(rig.hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(rig.hub, ada, 'gpu', { phase, wanted })
    const message = 'ada:gpu is active. Please stop it before modifying it.'
    for (const body of [{ name: 'new' }, { display_name: 'x' }, { user_options: {} }]) {
      expectError(await rig.call('PATCH', GPU, ADA, body), 400, message)
    }
  })

  it('refuses names when named servers are off, but not options', async () => {
    const { call } = await openWithGpu({ config: { allow_named_servers: false } })
    for (const body of [{ name: 'new' }, { display_name: 'x' }]) {
      expectError(await call('PATCH', GPU, ADA, body), 400, 'Named servers are not enabled.')
      const own = await call('PATCH', '/users/ada/server', ADA, body)
      expectError(own, 400, 'Named servers are not enabled.')
    }
    expect((await call('PATCH', GPU, ADA, { user_options: {} })).status).toBe(200)
  })

  it('refuses a name for the default server when there are too many already', async () => {
    const { call } = await openWithGpu({ config: { named_server_limit_per_user: 1 } })
    expectError(await call('PATCH', '/users/ada/server', ADA, { name: 'new' }), 400, FULL)
    expect((await call('PATCH', GPU, ADA, { name: 'new' })).status).toBe(200)
  })
})

describe('DELETE /users/{name}/servers/{server}', () => {
  it.each([
    ['/users/ada/server', { remove: true }, 'Cannot delete the default server'],
    [GPU, { remove: 'yes' }, 'remove must be true or false, not a string'],
    [GPU, [], 'Invalid JSON data: must be an object, not a list'],
  ])('refuses %s with %j', async (path, body, message) => {
    const { call } = await openRig()
    expectError(await call('DELETE', path, ADA, body), 400, message)
  })

  it('refuses a named server when they are off', async () => {
    const { call } = await openRig({ config: { allow_named_servers: false } })
    expectError(await call('DELETE', GPU, ADA), 400, 'Named servers are not enabled.')
  })
})
