/**
 * Another process that uses a database, for sqlite.test.ts: `node sqlite-child.ts FILE COMMAND [N]`.
 * `write` commits the numbers from 1 without end and prints each once it is acknowledged;
 * `increment` adds 1 to a counter N times.
 */
import { writeSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'

const [file, command, times] = process.argv.slice(2)
const store = await openStore(`sqlite:${file}`, { clock: systemClock, log: openLog('warn') })
if (command === 'write') await write(store)
else await increment(store, Number(times))
await store.close()

async function write(to: Store): Promise<never> {
  for (let n = 1; ; n++) {
    await to.commit({
      set: [
        { key: ['last'], value: n },
        { key: ['copy'], value: n },
        { key: ['all', String(n)], value: 'x'.repeat(n % 5000) },
      ],
    })
    writeSync(1, `${n}\n`)
  }
}

async function increment(of: Store, count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const entry = await of.get<number>(['counter'])
    const { applied } = await of.commit({
      check: [{ key: ['counter'], version: entry?.version ?? null }],
      set: [{ key: ['counter'], value: (entry?.value ?? 0) + 1 }],
    })
    if (applied) done++
  }
}
