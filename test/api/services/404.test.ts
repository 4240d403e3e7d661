import { describe, expect, it } from 'vitest'
import { expectError } from '../harness.ts'
import { openServicesRig } from './support.ts'

const OUT_OF_REACH = 'No access to resources or resources not found'

describe('GET /services/{service}', () => {
  it('names the service that is missing to those who may read all', async () => {
    const { call } = await openServicesRig()
    expectError(await call('GET', '/services/none'), 404, 'No such service: none')
    expectError(await call('GET', '/services/a%2Fb'), 404, 'No such service: a/b')
    expectError(await call('GET', '/services/constructor'), 404, 'No such service: constructor')
  })

  it('does not tell whether one out of reach exists', async () => {
    const { call, tokenOf } = await openServicesRig()
    const token = await tokenOf('ops', ['read:services!service=other'])
    expectError(await call('GET', '/services/announce', token), 404, OUT_OF_REACH)
    expectError(await call('GET', '/services/none', token), 404, OUT_OF_REACH)
    expectError(await call('GET', '/services/other', token), 404, 'No such service: other')
  })
})

describe('POST /services/{service}', () => {
  it('is not for another name than the filter has', async () => {
    const { call, tokenOf } = await openServicesRig()
    const token = await tokenOf('bob', ['admin:services!service=other'])
    const answer = await call('POST', '/services/paper', token, { display: true })
    expectError(answer, 404, OUT_OF_REACH)
  })
})

describe('DELETE /services/{service}', () => {
  it('names the service that is missing', async () => {
    const { call } = await openServicesRig()
    expectError(await call('DELETE', '/services/none'), 404, 'Service none does not exist')
  })

  it('is not for another name than the filter has', async () => {
    const { call, tokenOf } = await openServicesRig()
    const token = await tokenOf('bob', ['admin:services!service=other'])
    await call('POST', '/services/paper', undefined, { display: true })
    expectError(await call('DELETE', '/services/paper', token), 404, OUT_OF_REACH)
    expect((await call('GET', '/services/paper')).status).toBe(200)
  })
})
