import { z } from 'zod'
import { anySeconds } from './values.ts'

/** Where the gateway listens. */
export const listen = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
    port: z.number().int().min(0).max(65535).default(8000).describe('Port; 0 picks a free one.'),
    reuse_port: z
      .boolean()
      .default(false)
      .describe('Whether several replicas on this machine share the port.'),
    drain_delay: anySeconds
      .min(0)
      .default(0)
      .describe(
        'Seconds that a replica which ends still takes requests while it says it is not ready.',
      ),
  })
  .prefault({})
  .describe('Where the gateway listens.')
