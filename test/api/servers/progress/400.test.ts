import { describe, it } from 'vitest'
import { findUser } from '../../../../src/hub/users/users.ts'
import { putServer } from '../../../support/people.ts'
import { ADA, expectError, openRig, runServers } from '../../harness.ts'

describe('GET …/progress', () => {
  it('refuses a default server that was never started', async () => {
    const { call } = await openRig()
    const answer = await call('GET', '/users/ada/server/progress', ADA)
    expectError(answer, 400, 'ada is not starting...')
  })

  it('refuses a server that ran and is stopping', async () => {
    const { hub, call } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    for (const phase of ['ready', 'stopping'] as const) {
      await putServer(hub, ada, 'gpu', { wanted: 'stopped', phase })
      const answer = await call('GET', '/users/ada/servers/gpu/progress', ADA)
      expectError(answer, 400, 'ada:gpu is not starting...')
    }
  })

  it('refuses a server that is not starting', async () => {
    const rig = await openRig()
    runServers(rig)
    await rig.call('POST', '/users/ada/servers/gpu', ADA)
    await rig.call('DELETE', '/users/ada/servers/gpu', ADA)
    const answer = await rig.call('GET', '/users/ada/servers/gpu/progress', ADA)
    expectError(answer, 400, 'ada:gpu is not starting...')
  })
})
