import { openLog } from '../../src/base/log.ts'
import type { OpenStoreOptions } from '../../src/store/open.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import type { StoreUnderTest } from '../contract/store/setup.ts'

const START = Date.UTC(2026, 10, 22)

/**
 * Opens a store for the contract suite, with a clock that is moved by hand.
 * @param remove takes away what is left when all connections are closed
 */
export async function openUnderTest(
  address: string,
  options: Partial<OpenStoreOptions> = {},
  remove: () => Promise<void> = () => Promise.resolve(),
): Promise<StoreUnderTest> {
  const open: Store[] = []
  let time = START
  const clock = { now: () => time }
  const next = async (): Promise<Store> => {
    const store = await openStore(address, { clock, log: openLog('silent'), ...options })
    open.push(store)
    return store
  }
  return {
    store: await next(),
    second: next,
    now: () => time,
    advance: (ms) => {
      time += ms
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(open.map((store) => store.close()))
      await remove()
    },
  }
}
