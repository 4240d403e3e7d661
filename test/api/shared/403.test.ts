import { describe, expect, it } from 'vitest'
import type { Rig } from '../harness.ts'
import { ADA, expectError, GRACE, SERVICE } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

const USER_PATHS = ['/users/grace/shared', '/users/grace/shared/ada/gpu']
const GROUP_PATHS = ['/groups/class-a/shared', '/groups/class-a/shared/ada/gpu']

function missing(scope: string): string {
  return `Action is not authorized with current scopes; requires any of [${scope}]`
}

async function openShared(): Promise<Rig> {
  const rig = await openShareRig()
  await rig.call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
  await rig.call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
  return rig
}

describe.each([
  [USER_PATHS, 'read:users:shares'],
  [GROUP_PATHS, 'read:groups:shares'],
] as const)('GET %j', (paths, scope) => {
  it('answers 403 to those without the scope', async () => {
    const { call, tokenOf } = await openShared()
    const token = await tokenOf('ops', ['users', 'groups', 'read:shares', 'servers'])
    const notebook = await tokenOf('grace', ['access:servers!user'])
    for (const path of paths) {
      expectError(await call('GET', path, null), 403, 'Missing or invalid credentials.')
      expectError(await call('GET', path, SERVICE), 403, missing(scope))
      expectError(await call('GET', path, token), 403, missing(scope))
      expectError(await call('GET', path, notebook), 403, /notebook tokens do not authorize/)
    }
  })
})

describe('GET /groups/{group}/shared', () => {
  it('answers 403 to members of the group', async () => {
    const { call } = await openShared()
    const message = missing('read:groups:shares')
    for (const path of GROUP_PATHS) expectError(await call('GET', path, GRACE), 403, message)
  })
})

describe.each([
  ['/users/grace/shared/ada/gpu', 'users:shares'],
  ['/groups/class-a/shared/ada/gpu', 'groups:shares'],
])('DELETE %s', (path, scope) => {
  it('answers 403 to those without the scope', async () => {
    const { call, tokenOf } = await openShared()
    expectError(await call('DELETE', path, null), 403, 'Missing or invalid credentials.')
    expectError(await call('DELETE', path, SERVICE), 403, missing(scope))
    const token = await tokenOf('ops', ['read:users:shares', 'read:groups:shares', 'servers'])
    expectError(await call('DELETE', path, token), 403, missing(scope))
    expect((await call('GET', '/shares/ada')).body.items).toHaveLength(2)
  })
})
