import { afterEach, describe, expect, it } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import type { Rig } from '../harness.ts'
import { expectError, OPS, openRig } from '../harness.ts'

describe('POST /shutdown', () => {
  let rig: Rig | undefined

  afterEach(async () => {
    expect(await rig?.hub.store.get(keys.shutdown())).toBeUndefined()
  })

  it.each([
    [{ proxy: 'no' }, "proxy must be true or false, got 'no'"],
    [{ servers: 1 }, 'servers must be true or false, got 1'],
    [{ servers: null }, 'servers must be true or false, got null'],
    [{ servers: [true] }, 'servers must be true or false, got [true]'],
    [[], 'Invalid JSON data: must be an object, not a list'],
    ['"now"', 'Invalid JSON data: must be an object, not a string'],
    ['{', 'Invalid JSON in body of request'],
  ])('does not take %j', async (body, message) => {
    rig = await openRig()
    expectError(await rig.call('POST', '/shutdown', OPS, body), 400, message)
  })

  it('cannot leave the proxy behind, and ends nothing then', async () => {
    rig = await openRig()
    const answer = await rig.call('POST', '/shutdown', OPS, { proxy: false, servers: false })
    expectError(answer, 400, /^The proxy cannot go on without the hub/)
  })
})
