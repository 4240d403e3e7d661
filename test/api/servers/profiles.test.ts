import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { TWO_PROFILES } from '../../support/profiles.ts'
import { ADA, expectError, openRig, runServers } from '../harness.ts'

const LAB = '/users/ada/servers/lab'

async function open() {
  const spawner = { kind: 'process', profiles: TWO_PROFILES } as const
  const rig = await openRig({ config: { spawner } })
  runServers(rig)
  return rig
}

describe('user options, with profiles in the config', () => {
  it.each([
    [
      { profile: 'huge' },
      "Invalid user options: 'profile' is 'huge': no such profile; choose one of small, gpu",
    ],
    [
      { profile: 'gpu', memory: 8 },
      "Invalid user options: 'memory' is '8': no such option; choose one of 8, 16-gb",
    ],
    [
      { profile: 'small', memory: '8' },
      "Invalid user options: 'memory' is '8': the profile small has no such choice; it has no choices",
    ],
  ])('%j is refused wherever it is sent', async (user_options, message) => {
    const { call, hub } = await open()
    expectError(await call('POST', LAB, ADA, { user_options }), 400, message)
    expectError(await call('POST', LAB, ADA, user_options), 400, message)
    expectError(await call('PUT', LAB, ADA, { user_options }), 400, message)
    expect(await findServer(hub, 'ada', 'lab')).toBeUndefined()
    await call('PUT', LAB, ADA)
    expectError(await call('PATCH', LAB, ADA, { user_options }), 400, message)
    expect(await findServer(hub, 'ada', 'lab')).toMatchObject({ userOptions: {} })
  })

  it('are kept, and used again when none are given', async () => {
    const { call, hub } = await open()
    const user_options = { profile: 'gpu', memory: '8' }
    expect((await call('POST', LAB, ADA, { user_options })).status).toBe(201)
    expect((await call('DELETE', LAB, ADA)).status).toBe(204)
    expect((await call('POST', LAB, ADA)).status).toBe(201)
    expect(await findServer(hub, 'ada', 'lab')).toMatchObject({ userOptions: user_options })
  })
})

it('user options are any JSON without profiles', async () => {
  const rig = await openRig()
  runServers(rig)
  const user_options = { profile: ['any'], memory: 8 }
  expect((await rig.call('POST', LAB, ADA, { user_options })).status).toBe(201)
  expect(await findServer(rig.hub, 'ada', 'lab')).toMatchObject({ userOptions: user_options })
})
