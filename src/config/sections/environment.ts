import { z } from 'zod'

/** Environment variables by their names. */
export const environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'this is no name for an environment variable'),
  z.string(),
)
