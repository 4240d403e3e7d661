import { describe, it } from 'vitest'
import { encodeCursor } from '../../../../src/api/cursor.ts'
import { ADA, expectError, openRig } from '../../harness.ts'

const cursor = (...key: string[]): string => encodeCursor(key)

describe('GET /servers', () => {
  it.each([
    ['state=idle', "state must be one of active, ready, pending, stopped, all, not 'idle'"],
    ['state=', /^state must be one of/],
    ['idle_for=soon', 'idle_for must be a number of seconds'],
    ['idle_for=-1', 'idle_for must be a number of seconds'],
    ['idle_for=', 'idle_for must be a number of seconds'],
    ['limit=some', 'Invalid argument type, offset and limit must be integers'],
    ['after=', /^This is no cursor of this list/],
    ['after=5', /^This is no cursor of this list/],
    ['after=%00', /^This is no cursor of this list/],
    [`after=${cursor('')}`, /^This is no cursor of this list/],
    [`after=${cursor('ada', '', 'more')}`, /^This is no cursor of this list/],
    [`after=${Buffer.from('["ada",5]').toString('base64url')}`, /^This is no cursor/],
    [`after=${Buffer.from('{}').toString('base64url')}`, /^This is no cursor of this list/],
  ])('refuses %s', async (query, message) => {
    const { call } = await openRig()
    expectError(await call('GET', `/servers?${query}`), 400, message)
    expectError(await call('GET', `/servers?${query}`, ADA), 400, message)
  })
})
