import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../../base/clock.ts'
import type { ServerRecord } from '../../model/server.ts'
import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { holdLease } from '../leases.ts'
import { requestStop } from './servers.ts'

/** Between looks whether servers are still active, in milliseconds. */
const LOOK_MS = 200

/** Servers asked to stop at a time, and read at a time. */
const AT_ONCE = 8
const PAGE = 200

/**
 * Has all servers stopped and waits until none is active, for twice the spawner's `stop_timeout` at
 * most. Every replica may call it at once: one of them asks, all of them wait. Never rejects.
 * @param wish.holder names this replica in leases
 * @param ending ends the waiting
 */
export async function endServers(
  hub: HubContext,
  wish: { by: string; holder: string },
  ending: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(2 * seconds(hub.snapshot().config.spawner.stop_timeout))
  const patience = AbortSignal.any([timeout, ending])
  while (!patience.aborted) {
    const isOver = await look(hub, wish, patience).catch((error: unknown) => {
      hub.log.warn({ err: error }, 'the servers cannot be stopped yet')
      return false
    })
    if (isOver) return
    await delay(LOOK_MS, undefined, { signal: patience }).catch(() => undefined)
  }
  if (!ending.aborted) hub.log.warn('some servers have not stopped in time and are left')
}

/** @returns whether no server is active any more */
async function look(
  hub: HubContext,
  wish: { by: string; holder: string },
  patience: AbortSignal,
): Promise<boolean> {
  const active = await hub.store.list(keys.activeServers())
  if (active.length === 0) return true
  const turn = await holdLease(hub, 'shutdown', wish.holder)
  if (turn === undefined) return false
  try {
    const names = active.map(({ key }) => key)
    await askToStop(hub, names, wish.by, AbortSignal.any([patience, turn.lost]))
  } finally {
    await turn.release()
  }
  return false
}

async function askToStop(
  hub: HubContext,
  active: readonly Key[],
  by: string,
  signal: AbortSignal,
): Promise<void> {
  const servers = runningOf(hub, active)
  const askInTurn = async (): Promise<void> => {
    for await (const { user, name } of servers) {
      if (signal.aborted) return
      await requestStop(hub, { user, name, remove: false, by })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
}

/** The servers that nobody has asked to stop yet. */
async function* runningOf(
  hub: HubContext,
  active: readonly Key[],
): AsyncGenerator<ServerRecord, void, undefined> {
  for (let i = 0; i < active.length; i += PAGE) {
    const wanted = active
      .slice(i, i + PAGE)
      .map(([, user = '', name = '']) => keys.server(user, name))
    for (const entry of await hub.store.getMany<ServerRecord>(wanted)) {
      if (entry?.value.wanted === 'running') yield entry.value
    }
  }
}
