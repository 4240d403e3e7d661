import type { z } from 'zod'
import { HubgateError } from '../base/errors.ts'
import type { Entry, Key, ListOptions } from '../store/port.ts'
import type { HubContext } from './context.ts'

/**
 * What the store answered, once its shape is seen to be right.
 * @throws HubgateError `internal` for anything else: a broken record never grants a thing
 */
export function checkShape<Value>(
  hub: HubContext,
  key: Key,
  value: unknown,
  shape: z.ZodType<Value>,
): Value {
  const checked = shape.safeParse(value)
  if (checked.success) return checked.data
  const faults = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`)
  throw brokenRecord(hub, key, faults)
}

/** An error for a record that is not what its key says; it is logged here, without its content. */
export function brokenRecord(hub: HubContext, key: Key, faults: readonly string[]): HubgateError {
  hub.log.error({ key, faults }, 'a record in the store is broken')
  return new HubgateError('internal', undefined, { detail: { key, faults } })
}

/** One entry straight from the store, checked. */
export async function readEntry<Value>(
  hub: HubContext,
  key: Key,
  shape: z.ZodType<Value>,
): Promise<Entry<Value> | undefined> {
  const entry = await hub.store.get(key)
  return entry && { ...entry, value: checkShape(hub, key, entry.value, shape) }
}

/** Entries straight from the store, checked, in the order of the keys. One consistent read. */
export async function readEntries<Value>(
  hub: HubContext,
  wanted: readonly Key[],
  shape: z.ZodType<Value>,
): Promise<(Entry<Value> | undefined)[]> {
  if (wanted.length === 0) return []
  const entries = await hub.store.getMany(wanted)
  return entries.map(
    (entry) => entry && { ...entry, value: checkShape(hub, entry.key, entry.value, shape) },
  )
}

/** A listing straight from the store, checked. */
export async function listEntries<Value>(
  hub: HubContext,
  prefix: Key,
  shape: z.ZodType<Value>,
  options?: ListOptions,
): Promise<Entry<Value>[]> {
  const entries = await hub.store.list(prefix, options)
  return entries.map((entry) => ({
    ...entry,
    value: checkShape(hub, entry.key, entry.value, shape),
  }))
}
