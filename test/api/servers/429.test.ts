import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, openRig, runServers } from '../harness.ts'

const QUICK = { slow_spawn_timeout: 0.05 }

describe('POST /users/{name}/servers/{server}', () => {
  it('says when to try again at the limit of starts', async () => {
    const rig = await openRig({ config: { ...QUICK, concurrent_spawn_limit: 1 } })
    runServers(rig).fate = 'never'
    await rig.call('POST', '/users/ada/server', ADA)
    const answer = await rig.call('POST', '/users/grace/server', GRACE)
    expectError(
      answer,
      429,
      /^Too many users trying to log in right now\. Try again in \d0 seconds\.$/,
    )
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('does not know when at the limit of active servers', async () => {
    const rig = await openRig({ config: { active_server_limit: 1 } })
    runServers(rig)
    await rig.call('POST', '/users/ada/server', ADA)
    const answer = await rig.call('POST', '/users/grace/server', GRACE)
    expectError(answer, 429, 'Active user limit exceeded. Try again in a few minutes.')
    expect(answer.headers.get('retry-after')).toBeNull()
  })
})
