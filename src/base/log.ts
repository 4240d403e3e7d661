import type { Logger } from 'pino'
import { pino } from 'pino'

export type Log = Logger

/** Names whose values never reach a log line, at the two depths at which they occur. */
const SECRET_NAMES = [
  'token',
  'secret',
  'password',
  'authorization',
  'cookie',
  'set-cookie',
  'headers',
]

/**
 * The process's structured log: one JSON line an event, on stderr.
 * @param level pino's level name; `silent` turns it off
 */
export function openLog(level = 'info'): Log {
  return pino(
    {
      level,
      redact: {
        paths: SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  )
}
