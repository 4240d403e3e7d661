import { z } from 'zod'
import { anySeconds, seconds } from './values.ts'

/** How requests to servers are forwarded. */
export const proxy = z
  .strictObject({
    connect_timeout: seconds.default(10).describe('Seconds to connect to a server.'),
    first_byte_timeout: anySeconds
      .min(0)
      .default(300)
      .describe('Seconds until a server must begin its answer; 0 for no limit.'),
  })
  .prefault({})
  .describe('How requests to servers are forwarded.')
