import type { Log } from '../base/log.ts'

/**
 * What is done about an error that nobody caught: it is logged, and the process ends with 1, so that
 * whoever supervises it starts another. Nothing that comes from outside may get here (threats.md
 * P49); when something does, what the process holds in memory is not to be trusted any more, and
 * nothing is lost that is not in the store.
 */
export function endOnFault(log: Log): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal(
      { event: 'fault', origin, err: error },
      'an error that nobody caught: the process ends',
    )
    process.exit(1)
  })
}
