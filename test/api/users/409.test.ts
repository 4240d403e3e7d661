import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig, SERVICE } from '../harness.ts'

describe('POST /users', () => {
  it('answers 409 when all exist', async () => {
    const { call } = await openRig()
    const answer = await call('POST', '/users', OPS, { usernames: ['Ada', 'grace', 'ada'] })
    expectError(answer, 409, 'All 3 users already exist')
  })

  it('makes each user once when many ask at the same time', async () => {
    const { call } = await openRig()
    const ask = () => call('POST', '/users', OPS, { usernames: ['dave', 'eve'] })
    const answers = await Promise.all([ask(), ask(), ask(), ask()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
  })
})

describe('POST /users/{name}', () => {
  it('normalises, so that no two users differ in case only', async () => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ADA'), 409, 'User ada already exists')
  })

  it('says so before it says who may make admins', async () => {
    const config = {
      load_roles: [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }],
    }
    const { call } = await openRig({ config })
    const answer = await call('POST', '/users/ada', SERVICE, { admin: true })
    expectError(answer, 409, 'User ada already exists')
  })

  it('makes a user once when two ask at the same time', async () => {
    const { call } = await openRig()
    const answers = await Promise.all([call('POST', '/users/dave'), call('POST', '/users/dave')])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  })
})
