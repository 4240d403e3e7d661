/**
 * Another process that uses a Redis store: `node redis-child.ts URL COMMAND [N]`. `watch` prints what
 * it hears, a JSON line each, after the line `watching`; `increment` adds 1 to a counter N times.
 */
import { writeSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { openStore } from '../../src/store/open.ts'

const [url = '', command, times] = process.argv.slice(2)
const store = await openStore(url, { clock: systemClock, log: openLog('error') })
if (command === 'watch') {
  store.watch((event) => writeSync(1, `${JSON.stringify(event)}\n`))
  writeSync(1, 'watching\n')
} else {
  await increment(Number(times))
  await store.close()
}

async function increment(count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const entry = await store.get<number>(['counter'])
    const { applied } = await store.commit({
      check: [{ key: ['counter'], version: entry?.version ?? null }],
      set: [{ key: ['counter'], value: (entry?.value ?? 0) + 1 }],
    })
    if (applied) done++
  }
}
