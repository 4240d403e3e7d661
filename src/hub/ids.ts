import { timeOrderedInteger } from '../base/random.ts'
import type { HubContext } from './context.ts'

const last = new WeakMap<object, number>()

/**
 * New numbers for ids, in order: greater than all that this process gave for the store before, and
 * unlike those of other processes in practice. Whoever stores one checks that its key is free.
 * @param count how many
 */
export function newNumbers(hub: HubContext, count: number): number[] {
  const first = Math.max(timeOrderedInteger(hub.clock.now()), (last.get(hub.store) ?? 0) + 1)
  last.set(hub.store, first + count - 1)
  return Array.from({ length: count }, (_, i) => first + i)
}

/** An id of a user or group: 16 decimal digits, so that ids sort as text. */
export function recordId(number: number): string {
  return String(number).padStart(16, '0')
}
