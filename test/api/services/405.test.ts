import { describe, it } from 'vitest'
import { expectError } from '../harness.ts'
import { openServicesRig } from './support.ts'

describe('DELETE /services/{service}', () => {
  it('leaves a service of the configuration alone', async () => {
    const { call } = await openServicesRig()
    const text = 'Service announce is not modifiable at runtime'
    expectError(await call('DELETE', '/services/announce'), 405, text)
  })

  it('leaves one alone that the configuration has taken over', async () => {
    const { call, hub } = await openServicesRig()
    await call('POST', '/services/paper', undefined, { display: true })
    hub.reload({ ...hub.snapshot().config, services: [{ name: 'paper' }] })
    const text = 'Service paper is not modifiable at runtime'
    expectError(await call('DELETE', '/services/paper'), 405, text)
  })
})

describe.each(['PUT', 'PATCH'])('%s /services/{service}', (method) => {
  it('is no method there', async () => {
    const { call } = await openServicesRig()
    expectError(await call(method, '/services/announce', undefined, {}), 405, null)
  })
})
