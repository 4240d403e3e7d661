import { HubgateError } from '../../../base/errors.ts'
import { sha256 } from '../../../base/hash.ts'
import { randomId, randomToken } from '../../../base/random.ts'
import type { ManagedServiceRecord } from '../../../model/managed-service.ts'
import type { TokenRecord } from '../../../model/token.ts'
import { TOKEN_PREFIX } from '../../../model/token.ts'
import type { Entry, Key, Lease } from '../../../store/port.ts'
import { change } from '../../change.ts'
import type { HubContext } from '../../context.ts'
import { newNumbers } from '../../ids.ts'
import { keys } from '../../keys.ts'
import { managedServiceShape } from '../../records.ts'
import { listEntries, readEntry } from '../../shape.ts'
import { tokenKeys } from '../../tokens/token-keys.ts'
import { tokenWrites } from '../../tokens/token-writes.ts'

/** A run of a service as its keeper knows it. */
export interface ServiceRun {
  readonly record: ManagedServiceRecord
  /** Its hub token, which is nowhere else but in its environment. */
  readonly token: string
}

/** The keys of the token that was made for a run. */
function tokenKeysOf({ name, token }: ManagedServiceRecord): Key[] {
  if (token === null) return []
  const owner = { kind: 'service', id: name } as const
  return tokenKeys({ ...token, owner, client: null, session: null })
}

/** A token that a service is given for one run (wire-contract §2.3). */
function newToken(hub: HubContext, name: string): { token: string; record: TokenRecord } {
  const token = randomToken(TOKEN_PREFIX.hub)
  return {
    token,
    record: {
      id: `a${newNumbers(hub, 1).join('')}`,
      kind: 'hub',
      digest: sha256(token),
      owner: { kind: 'service', name, id: name },
      scopes: ['inherit'],
      note: 'generated at startup',
      created: hub.clock.now(),
      expiresAt: null,
      client: null,
      clientInstance: null,
      session: null,
    },
  }
}

/** The run of a service that the store knows of, straight from it. */
export function storedRun(
  hub: HubContext,
  name: string,
): Promise<Entry<ManagedServiceRecord> | undefined> {
  return readEntry(hub, keys.managedService(name), managedServiceShape)
}

/** All runs that the store knows of, straight from it. */
export async function storedRuns(hub: HubContext): Promise<ManagedServiceRecord[]> {
  const entries = await listEntries(hub, keys.managedServices(), managedServiceShape)
  return entries.map(({ value }) => value)
}

/**
 * Begins a run: a new mark and, unless the configuration gives the service its token, a new token;
 * that of the run before ends in the same commit.
 * @param lease the right to run the service
 * @param configured the token of the configuration
 * @throws HubgateError `unavailable` when the lease is lost or the store cannot be reached
 */
export async function beginRun(
  hub: HubContext,
  name: string,
  lease: Lease,
  configured: string | undefined,
): Promise<ServiceRun> {
  const before = await storedRun(hub, name)
  const made = configured === undefined ? newToken(hub, name) : undefined
  const record: ManagedServiceRecord = {
    name,
    runId: randomId(),
    token: made === undefined ? null : { id: made.record.id, digest: made.record.digest },
    pid: null,
    started: hub.clock.now(),
  }
  const key = keys.managedService(name)
  const { applied } = await hub.store.commit({
    check: [{ key, version: before?.version ?? null }],
    set: [{ key, value: record }, ...(made === undefined ? [] : tokenWrites(made.record))],
    delete: before === undefined ? [] : tokenKeysOf(before.value),
    fence: [lease],
  })
  if (!applied) throw new HubgateError('unavailable', 'Another replica runs the service now.')
  return { record, token: made?.token ?? configured ?? '' }
}

/** Notes the process of a run, for the API; a run that is over is left alone. */
export async function noteProcess(hub: HubContext, run: ServiceRun, pid: number): Promise<void> {
  const { name, runId } = run.record
  const entry = await storedRun(hub, name)
  if (entry?.value.runId !== runId) return
  const { key, version, value } = entry
  await hub.store.commit({ check: [{ key, version }], set: [{ key, value: { ...value, pid } }] })
}

/** Ends a run and the token that was made for it; another run of the service is left alone. */
export async function endRunOf(
  hub: HubContext,
  { name, runId }: Pick<ManagedServiceRecord, 'name' | 'runId'>,
): Promise<void> {
  await change(hub, async () => {
    const entry = await storedRun(hub, name)
    if (entry?.value.runId !== runId) return true
    const { key, version, value } = entry
    const { applied } = await hub.store.commit({
      check: [{ key, version }],
      delete: [key, ...tokenKeysOf(value)],
    })
    return applied ? true : undefined
  })
}
