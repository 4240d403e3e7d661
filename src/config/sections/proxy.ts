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
    idle_timeout: anySeconds
      .min(0)
      .default(3600)
      .describe('Seconds of silence in the middle of a request or answer; 0 for no limit.'),
    websocket_idle_timeout: anySeconds
      .min(0)
      .default(0)
      .describe('Seconds of silence, but for pings, that end a WebSocket; 0 for no limit.'),
    websocket_ping_interval: anySeconds
      .min(0)
      .default(30)
      .describe(
        'Seconds of silence after which a side of a WebSocket is asked whether it is still there; it gets as long to answer. 0 asks nobody.',
      ),
  })
  .prefault({})
  .describe('How requests to servers are forwarded.')
