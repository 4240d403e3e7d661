import { describe, expect, it } from 'vitest'
import { findGroup } from '../../../src/hub/groups/groups.ts'
import { expectError, OPS, openRig } from '../harness.ts'

const CLASSES = { load_groups: { 'class-a': { users: ['ada'] } } }

describe('POST /groups', () => {
  it('makes all or none', async () => {
    const { call, hub } = await openRig({ config: CLASSES })
    const taken = await call('POST', '/groups', OPS, { groups: ['new', 'class-a'] })
    expectError(taken, 409, 'Group class-a already exists')
    expect(await findGroup(hub, 'new')).toBeUndefined()
  })

  it('answers 409 for a name that is there twice', async () => {
    const { call, hub } = await openRig()
    const answer = await call('POST', '/groups', OPS, { groups: ['x', 'x'] })
    expectError(answer, 409, 'Group x already exists')
    expect(await findGroup(hub, 'x')).toBeUndefined()
  })
})

describe('POST /groups/{group}', () => {
  it('answers 409 for one that exists, and changes nothing of it', async () => {
    const { call } = await openRig({ config: CLASSES })
    const answer = await call('POST', '/groups/class-a', OPS, { users: ['grace'] })
    expectError(answer, 409, 'Group class-a already exists')
    expect((await call('GET', '/groups/class-a')).body.users).toEqual(['ada'])
  })

  it('makes a group once when two ask at the same time', async () => {
    const { call } = await openRig()
    const answers = await Promise.all([call('POST', '/groups/x'), call('POST', '/groups/x')])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  })
})
