import { describe, expect, it } from 'vitest'
import { ADA, expectError, openRig, runServers, SERVICE } from '../harness.ts'

describe('POST /users/{name}/servers/{server}', () => {
  it('tells the owner what went wrong with the last output', async () => {
    const rig = await openRig()
    runServers(rig).fate = 'fails'
    const answer = await rig.call('POST', '/users/ada/server', ADA)
    expectError(answer, 500, 'The server exited with status 7.')
    expect(answer.body.output).toBe('no licence found')
  })

  it('keeps the output from others than the owner and admins', async () => {
    const config = {
      load_roles: [{ name: 'starter', scopes: ['start:servers'], services: ['announce'] }],
    }
    const rig = await openRig({ config })
    runServers(rig).fate = 'fails'
    const { body } = await rig.call('POST', '/users/ada/server', SERVICE)
    expect(body).toEqual({ status: 500, message: 'The server exited with status 7.' })
  })
})
