import { z } from 'zod'
import { anySeconds, seconds } from './values.ts'

/** Which servers are stopped by themselves. */
export const cull = z
  .strictObject({
    idle_after: anySeconds
      .min(0)
      .default(0)
      .describe('Seconds without use after which a server is stopped; 0 for never.'),
    max_age: anySeconds
      .min(0)
      .default(0)
      .describe('Seconds after which a server is stopped however it is used; 0 for never.'),
    every: seconds.default(300).describe('Seconds between looks.'),
  })
  .prefault({})
  .describe('Which servers are stopped by themselves.')
