// Loaded into a gateway that is soaked (node --import): on SIGUSR2 it collects garbage and writes
// what the process has to the file <pid>.json in the folder that SOAK_PROBES names; when there is a
// file <pid>.want in it, which has the name of another file, a snapshot of the heap goes there first.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8'
import { runInNewContext } from 'node:vm'

const folder = process.env['SOAK_PROBES']

if (folder !== undefined) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const delays = monitorEventLoopDelay()
  delays.enable()
  const snapshot = (): void => {
    const want = join(folder, `${process.pid}.want`)
    if (!existsSync(want)) return
    writeHeapSnapshot(readFileSync(want, 'utf8'))
    rmSync(want)
  }
  process.on('SIGUSR2', () => {
    const heldMs = delays.max / 1e6
    collect()
    // What finalizers let go of is collected by the second one.
    setTimeout(() => {
      collect()
      snapshot()
      const { heapUsed, external, rss } = process.memoryUsage()
      delays.reset()
      const file = join(folder, `${process.pid}.json`)
      writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, external, rss, heldMs }))
      renameSync(`${file}.new`, file)
    }, 50)
  })
}
