import { pino } from 'pino'
import { expect, onTestFinished } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { Log } from '../../src/base/log.ts'
import { openLog } from '../../src/base/log.ts'
import type { OpenStoreOptions } from '../../src/store/open.ts'
import { openStore } from '../../src/store/open.ts'
import { StoreOpenError } from '../../src/store/open-error.ts'
import type { Store } from '../../src/store/port.ts'
import { openRedis } from '../../src/store/redis/open-redis.ts'
import type { Open } from '../contract/store/setup.ts'
import { openUnderTest } from './under-test.ts'

let stores = 0

/** A prefix that no other store of this process has: an empty store. */
export function newPrefix(): string {
  return `test-${stores++}`
}

/** Opens empty stores, with a clock that is moved by hand, for the contract suite. */
export function openOn(url: (prefix: string) => string): Open {
  return () => openUnderTest(url(newPrefix()))
}

/** A store for the running test, by the server's own time. */
export async function openHere(
  url: string,
  options: Partial<OpenStoreOptions> = {},
): Promise<Store> {
  const store = await openStore(url, { clock: systemClock, log: openLog('silent'), ...options })
  onTestFinished(() => store.close())
  return store
}

/** A log whose lines can be read. */
export function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  return { log: pino({ level: 'info' }, { write }), lines }
}

/** Why a store cannot be opened. */
export async function failureOf(url: string, patienceMs?: number): Promise<StoreOpenError> {
  const log = openLog('silent')
  const failure: unknown = await openRedis({ url, log, patienceMs }).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(StoreOpenError)
  return failure as StoreOpenError
}
