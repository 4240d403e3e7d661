/** Something to be written. */
export interface Flushable {
  flush(): void
}

/** So many are not kept waiting for more: who is written to can begin meanwhile. */
const MOST = 32

let waiting: Flushable[] = []
let isScheduled = false

function flushAll(): void {
  const all = waiting
  waiting = []
  for (const one of all) one.flush()
}

function onImmediate(): void {
  isScheduled = false
  flushAll()
}

/**
 * Writes as soon as all that has come in at this moment is read, together with what else is to be
 * written then. Whoever reads it is woken once for all of it, and on few cores is not switched to and
 * from for each: for a small request that saves an eighth of all processor time (docs/profile.md).
 * @param one its `flush` must not throw
 */
export function afterPoll(one: Flushable): void {
  waiting.push(one)
  if (!isScheduled) {
    isScheduled = true
    setImmediate(onImmediate)
  }
  if (waiting.length >= MOST) flushAll()
}
