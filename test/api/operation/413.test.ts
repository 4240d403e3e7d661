import { describe, expect, it } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import { expectError, OPS, openRig } from '../harness.ts'

describe('POST /shutdown', () => {
  it('does not read a huge body', async () => {
    const { call, hub } = await openRig()
    const body = JSON.stringify({ servers: true, note: 'x'.repeat(1024 * 1024) })
    expectError(await call('POST', '/shutdown', OPS, body), 413, /too large/)
    expect(await hub.store.get(keys.shutdown())).toBeUndefined()
  })
})
