import { z } from 'zod'
import { isAuthority } from '../../base/authority.ts'
import { anySeconds, seconds } from './values.ts'

/** More processes than that on one machine help nobody. */
export const MAX_WORKERS = 64

/** Where the gateway listens. */
export const listen = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
    port: z.number().int().min(0).max(65535).default(8000).describe('Port; 0 picks a free one.'),
    hosts: z
      .array(z.string().refine(isAuthority, 'this is no host like hub.example.org'))
      .default([])
      .describe(
        'Names that requests may be addressed to (Host), with a port or for any; with none listed, all.',
      ),
    reuse_port: z
      .boolean()
      .default(false)
      .describe('Whether several replicas on this machine share the port.'),
    workers: z
      .union([z.literal('auto'), z.number().int().min(1).max(MAX_WORKERS)])
      .default(1)
      .describe(
        'How many processes the replica is made of, from 1 to 64; `auto` for one a core of the machine.',
      ),
    drain_delay: anySeconds
      .min(0)
      .default(0)
      .describe(
        'Seconds that a replica which ends still takes requests while it says it is not ready.',
      ),
    head_timeout: seconds
      .default(20)
      .describe('Seconds in which the head of a request must arrive, or a new connection be used.'),
    body_timeout: seconds
      .default(60)
      .describe(
        'Seconds in which the body of a request for the hub itself must arrive; uploads to servers take what they take.',
      ),
    keep_alive_timeout: seconds
      .default(75)
      .describe('Seconds that an idle connection is kept for a next request.'),
    unread_timeout: seconds
      .default(60)
      .describe('Seconds after which a client that does not read an answer of the hub is cut off.'),
  })
  .prefault({})
  .describe('Where the gateway listens.')
