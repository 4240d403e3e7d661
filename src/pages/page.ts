import type { Visit } from './visit.ts'

export type Handler = (visit: Visit) => Promise<Response> | Response

/** One address below `{base}hub`, with Hono's `:name` for its parameters. A GET changes nothing. */
export interface Page {
  path: string
  get?: Handler
  post?: Handler
}
