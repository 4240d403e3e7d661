// Loaded into a gateway that is soaked (node --import): on SIGUSR2 it collects garbage and writes
// what the process has to the file <pid>.json in the folder that SOAK_PROBES names.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const folder = process.env['SOAK_PROBES']

if (folder !== undefined) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const delays = monitorEventLoopDelay()
  delays.enable()
  process.on('SIGUSR2', () => {
    const heldMs = delays.max / 1e6
    collect()
    // What finalizers let go of is collected by the second one.
    setTimeout(() => {
      collect()
      const { heapUsed, external, rss } = process.memoryUsage()
      delays.reset()
      const file = join(folder, `${process.pid}.json`)
      writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, external, rss, heldMs }))
      renameSync(`${file}.new`, file)
    }, 50)
  })
}
