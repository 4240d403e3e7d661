import { describe, expect, test } from 'vitest'
import { tokenExpiry } from '../../../src/hub/tokens/token-lifetime.ts'
import { openTestHub } from '../../support/hub.ts'

const openHub = (most: number) => openTestHub({ config: { token_expires_in_max_seconds: most } })

describe('tokenExpiry', () => {
  test.each([
    [0, undefined, null],
    [0, null, null],
    [0, 10, 10],
    [60, undefined, 60],
    [60, null, 60],
    [60, 10, 10],
    [60, 60, 60],
  ])('with a limit of %j, %j seconds end after %j', async (most, wanted, ends) => {
    const hub = await openHub(most)
    const expected = ends === null ? null : hub.clock.now() + ends * 1000
    expect(tokenExpiry(hub, wanted)).toBe(expected)
  })

  test.each([
    [60, 61, 'token expires_in: 61 must not exceed 60'],
    [60, 0, 'expires_in must be a positive integer or null, not 0'],
    [0, 0, 'expires_in must be a positive integer or null, not 0'],
    [0, -1, 'expires_in must be a positive integer or null, not -1'],
  ])('with a limit of %j, %j seconds are refused', async (most, wanted, publicMessage) => {
    const hub = await openHub(most)
    expect(() => tokenExpiry(hub, wanted)).toThrow(
      expect.objectContaining({ code: 'bad_request', publicMessage }),
    )
  })

  test('keeps to a limit from the moment when it is configured', async () => {
    const hub = await openHub(0)
    expect(tokenExpiry(hub, null)).toBeNull()
    hub.reload({ token_expires_in_max_seconds: 5 })
    expect(tokenExpiry(hub, null)).toBe(hub.clock.now() + 5000)
  })
})
