import { z } from 'zod'
import { count } from './values.ts'

const least = (from: number) => z.number().int().min(from)

/**
 * What one process takes on at a time (threats.md P42, P44). The defaults are far above what people
 * and their browsers do: a page of JupyterLab opens dozens of requests and about ten WebSockets.
 */
export const limits = z
  .strictObject({
    header_count: least(20).default(200).describe('How many headers a request may have.'),
    header_bytes: least(4096)
      .max(1024 * 1024)
      .default(64 * 1024)
      .describe('How many bytes the head of a request may have: target and headers.'),
    target_bytes: least(1024)
      .default(16 * 1024)
      .describe('How long the target of a request may be: path and query, in bytes.'),
    connections: count
      .default(20_000)
      .describe('How many connections of clients may be open; 0 for no limit.'),
    connections_per_address: count
      .default(0)
      .describe(
        'How many of them may come from one address, or one /64 of IPv6; 0 for no limit. Does not count trusted_proxies.',
      ),
    requests_per_user: count
      .default(500)
      .describe('How many requests of one visitor may be with servers at a time; 0 for no limit.'),
    requests_per_server: count
      .default(1_000)
      .describe('How many requests one server is given at a time; 0 for no limit.'),
    websockets_per_user: count
      .default(500)
      .describe('How many WebSockets one visitor may have open; 0 for no limit.'),
    websockets_per_server: count
      .default(1_000)
      .describe('How many WebSockets may be open to one server; 0 for no limit.'),
  })
  .prefault({})
  .describe('How much one process takes on at a time.')
