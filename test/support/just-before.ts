import { vi } from 'vitest'
import type { TestHub } from './hub.ts'

/** Lets something happen on another replica between the next commit's reads and that commit. */
export function justBefore(hub: TestHub, rival: () => Promise<unknown>): void {
  const { commit } = hub.store
  vi.spyOn(hub.store, 'commit').mockImplementationOnce(async (change) => {
    await rival()
    return commit.call(hub.store, change)
  })
}
