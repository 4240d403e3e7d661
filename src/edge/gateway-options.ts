import type { CountedAttempt } from '../auth/login-limit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { LoadOptions } from '../config/load.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Collected } from '../metrics/collected.ts'
import type { Store } from '../store/port.ts'

/** What a replica is put together from. */
export interface GatewayOptions {
  snapshot: Snapshot
  /** What the command line said, for reloads. */
  overrides: NonNullable<LoadOptions['overrides']>
  /** The dummy authenticator's password when the config has none. */
  madeUpPassword: string | undefined
  clock: Clock
  log: Log
  /** What it has in common with others when it is one of several workers. */
  shared?: SharedByWorkers
}

/** What the workers of a replica have together. */
interface SharedByWorkers {
  /** Opens the store when another process owns it; absent where each worker opens it itself. */
  openStore?: (() => Promise<Store>) | undefined
  /** Tells the others of an attempt to sign in, so that all of them count it. */
  tellLogin: (attempt: CountedAttempt) => void
  /** What all of them measured, this one too. */
  collectAll: () => Promise<Collected[]>
}
