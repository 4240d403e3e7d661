// What a worker of `hubgate start --workers N` runs.
import { WorkerProcess } from '../workers/run-worker.ts'
import { faultText } from './fault-text.ts'
import { endOnFault } from './last-resort.ts'

new WorkerProcess({ describe: faultText, prepare: endOnFault })
