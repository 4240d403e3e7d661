/**
 * What every driver of the store port owes (src/store/port.ts). A driver's test calls
 * `describeStore` with a way to open a real database, and a way to move time.
 */
import { describe } from 'vitest'
import { describeClose } from './store/close.ts'
import { describeCommit } from './store/commit.ts'
import { describeEntries } from './store/entries.ts'
import { describeExpiry } from './store/expiry.ts'
import { describeLeases } from './store/leases.ts'
import { describeOrder } from './store/order.ts'
import type { Open } from './store/setup.ts'
import { describeWatch } from './store/watch.ts'

export function describeStore(name: string, { open }: { open: Open }): void {
  describe(`${name} keeps the promises of the store port`, () => {
    describe('entries', () => describeEntries(open))
    describe('order', () => describeOrder(open))
    describe('commit', () => describeCommit(open))
    describe('expiry', () => describeExpiry(open))
    describe('watch', () => describeWatch(open))
    describe('leases', () => describeLeases(open))
    describe('close', () => describeClose(open))
  })
}
