import { z } from 'zod'

/** Longer timers would overflow Node's 32-bit milliseconds. */
const MAX_SECONDS = 1_000_000

/** A hundred years, in seconds: times stay printable. */
const MAX_LIFETIME = 100 * 366 * 24 * 60 * 60

/** Seconds, whose least value the key says. */
export const anySeconds = z.number().max(MAX_SECONDS)
/** Seconds, more than none. */
export const seconds = anySeconds.positive()
/** A whole number from 0. */
export const count = z.number().int().min(0)
/** How long a credential lasts, in seconds. */
export const lifetime = count.max(MAX_LIFETIME)
export const pageLimit = z.number().int().min(1)
export const name = z.string().min(1).max(255)
export const names = z.array(name)
