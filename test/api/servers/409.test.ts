import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { ADA, expectError, OPS, openRig, runServers } from '../harness.ts'

const GPU = '/users/ada/servers/gpu'

describe('PUT /users/{name}/servers/{server}', () => {
  it('refuses a server that there is, running or not', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('PUT', GPU, ADA)
    expectError(await rig.call('PUT', GPU, ADA), 409, 'User ada already has server gpu')
    await rig.call('POST', GPU, ADA)
    const again = await rig.call('PUT', GPU, ADA, { cpus: 8 })
    expectError(again, 409, 'User ada already has server gpu')
    expect(await findServer(rig.hub, 'ada', 'gpu')).toMatchObject({ userOptions: {} })
  })

  it.each(['/users/ada/server', '/users/ada/servers/'])(
    'refuses the default server, which is always there: %s',
    async (path) => {
      const { hub, call } = await openRig()
      expectError(await call('PUT', path, ADA), 409, 'User ada already has a default server')
      expect(await findServer(hub, 'ada', '')).toBeUndefined()
    },
  )

  it('lets one of two make it', async () => {
    const { call } = await openRig()
    const answers = await Promise.all([1, 2, 3].map(() => call('PUT', GPU, ADA)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
  })
})

describe('POST /users/{name}/servers/{server}', () => {
  it('tells who waits when somebody stops it meanwhile', async () => {
    const rig = await openRig()
    runServers(rig).fate = 'never'
    const start = rig.call('POST', '/users/ada/server', ADA)
    await expect
      .poll(async () => (await findServer(rig.hub, 'ada', ''))?.phase, { timeout: 4000 })
      .toBe('spawning')
    await rig.call('DELETE', '/users/ada/server', OPS)
    const answer = await start
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.message).toMatch(/stopped|cancel/i)
  })
})

describe('PATCH /users/{name}/servers/{server}', () => {
  it.each(['other', 'gpu', ''])('refuses a name that is taken: %j', async (name) => {
    const { hub, call } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, 'gpu')
    await putServer(hub, ada, 'other', { displayName: 'Other' })
    const body = { name, display_name: 'x', user_options: { cpus: 8 } }
    expectError(await call('PATCH', GPU, ADA, body), 409, `User ada already has server '${name}'`)
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ displayName: 'gpu' })
    expect(await findServer(hub, 'ada', 'other')).toMatchObject({ displayName: 'Other' })
  })

  it('lets one of two have the name', async () => {
    const { hub, call } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, 'gpu')
    await putServer(hub, ada, 'other')
    const answers = await Promise.all(
      ['gpu', 'other'].map((server) =>
        call('PATCH', `/users/ada/servers/${server}`, ADA, { name: 'new' }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await hub.store.count(['server', 'ada'])).toBe(2)
  })
})
