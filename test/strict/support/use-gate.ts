import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { ConfigInput } from '../../support/hub.ts'
import type { ServerName } from './gate.ts'
import { Gate } from './gate.ts'

/** Generous, for slow machines; in milliseconds. */
const START_MS = 120_000

/**
 * A gate that is open while the tests of a file run; each begins with nothing sent and no connection.
 * @param servers those to start, each behind a recorder
 */
export function useGate(servers: readonly ServerName[], config: ConfigInput = {}): Gate {
  const gate = new Gate()
  beforeAll(() => gate.start(servers, config), START_MS)
  afterAll(() => gate[Symbol.asyncDispose]())
  beforeEach(() => gate.reset())
  return gate
}
