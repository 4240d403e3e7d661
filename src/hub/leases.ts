import type { Lease } from '../store/port.ts'
import type { HubContext } from './context.ts'

/** Milliseconds until a holder that died is taken over. */
const TTL_MS = 6000

/** Milliseconds between renewals. */
const RENEW_MS = 2000

/** A lease that is renewed while its work goes on. */
export interface HeldLease {
  readonly lease: Lease
  /** Aborted when the lease is lost: then stop acting at once. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/**
 * Takes a lease and keeps it until it is released.
 * @returns undefined when somebody else holds it
 */
export async function holdLease(
  hub: HubContext,
  name: string,
  holder: string,
): Promise<HeldLease | undefined> {
  const lease = await hub.store.acquireLease(name, holder, TTL_MS)
  if (lease === undefined) return undefined
  const lost = new AbortController()
  const renew = async () => {
    const held = await hub.store.renewLease(lease, TTL_MS).catch(() => false)
    if (!held) lost.abort()
  }
  const timer = setInterval(() => void renew(), RENEW_MS)
  return {
    lease,
    lost: lost.signal,
    release: async () => {
      clearInterval(timer)
      await hub.store.releaseLease(lease)
    },
  }
}

/** How long to leave a lease alone that somebody else holds, in milliseconds. */
export const LEASE_RETRY_MS = 1000
