import { describe, it } from 'vitest'
import { expectError, openRig, SERVICE } from '../../harness.ts'

const PATH = '/users/ada/server/progress'

describe('GET …/progress', () => {
  it('refuses strangers, notebook tokens and who does not hold the scope', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('GET', PATH, null), 403, 'Missing or invalid credentials.')
    expectError(await call('GET', PATH, SERVICE), 403, /\[read:servers\]/)
    const notebook = await tokenOf('ada', ['access:servers!server=ada/'])
    expectError(await call('GET', PATH, notebook), 403, /^This is a notebook token/)
  })
})
