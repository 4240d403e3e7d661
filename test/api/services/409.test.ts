import { describe, expect, it } from 'vitest'
import { expectError, OPS } from '../harness.ts'
import { BOB, openServicesRig, SECRET } from './support.ts'

const WISH = { display: true }

describe('POST /services/{service}', () => {
  it('takes no name of a service that there is', async () => {
    const { call } = await openServicesRig()
    const text = 'Service announce already exists'
    expectError(await call('POST', '/services/announce', OPS, WISH), 409, text)
    expect((await call('POST', '/services/paper', OPS, WISH)).status).toBe(201)
    const again = await call('POST', '/services/paper', BOB, { api_token: SECRET })
    expectError(again, 409, 'Service paper already exists')
    expect((await call('GET', '/user', SECRET)).status).toBe(403)
  })

  it('makes one of several at once', async () => {
    const { call } = await openServicesRig()
    const answers = await Promise.all(
      [0, 1, 2, 3].map((n) =>
        call('POST', '/services/paper', OPS, { api_token: `${SECRET}-${n}`, info: { n } }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    const made = answers.findIndex(({ status }) => status === 201)
    const known = await Promise.all([0, 1, 2, 3].map((n) => call('GET', '/user', `${SECRET}-${n}`)))
    expect(known.findIndex(({ status }) => status === 200)).toBe(made)
    expect(known.filter(({ status }) => status === 403)).toHaveLength(3)
  })
})
