import { z } from 'zod'

const dummy = z.strictObject({
  kind: z
    .literal('dummy')
    .describe('dummy: anybody signs in with the one password. For trying out.'),
  password: z
    .string()
    .min(1)
    .optional()
    .describe('The one password for everybody; made up and printed at start when left out.'),
})

/** How people sign in. */
export const authenticator = z
  .discriminatedUnion('kind', [dummy])
  .prefault({ kind: 'dummy' })
  .describe('How people sign in.')
