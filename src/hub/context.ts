import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Measures } from '../metrics/measures.ts'
import type { ValueCache } from '../store/cache.ts'
import type { Store } from '../store/port.ts'

/** What every function of the domain works with. */
export interface HubContext {
  readonly store: Store
  readonly cache: ValueCache
  readonly clock: Clock
  readonly log: Log
  /** The configuration in force now; ask again for each request. */
  snapshot(): Snapshot
  /**
   * Looks at once whether a server that is thought to run is alive, and records it when it is not.
   * Bound by the reconciler; absent where none runs.
   */
  verifyServer?: ((user: string, name: string) => Promise<void>) | undefined
  /** The port that this replica listens on, once it does; absent where none listens. */
  readonly port?: (() => number | undefined) | undefined
  /** What is told of the work for operators; absent where nobody looks. */
  readonly metrics?: Measures | undefined
}
