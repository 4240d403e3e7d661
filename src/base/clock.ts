/** The time and its timers, injectable so that tests move it by hand. All values are milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() }

/** Seconds, as the config and the API speak them, in milliseconds. */
export const seconds = (count: number): number => count * 1000

/**
 * ISO 8601 in UTC with `Z`, as JupyterHub's API prints times (wire-contract §1.1).
 * @param ms milliseconds since the Unix epoch, or null
 */
export function isoTime(ms: number): string
export function isoTime(ms: number | null): string | null
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
