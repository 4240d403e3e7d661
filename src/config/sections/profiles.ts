import { z } from 'zod'
import { environment } from './environment.ts'

const name = z.string().trim().min(1).max(255)

const slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a slug has a-z 0-9 and - between them, at most 63 characters',
  )
  .optional()

const option = z.strictObject({
  name: name.describe('What people read: 16 GB.'),
  slug: slug.describe('What user options have; made of the name when left out: 16-gb.'),
  default: z.boolean().default(false).describe('Whether it is chosen at first; else the first is.'),
  environment: environment
    .default({})
    .describe('More environment variables of a server for which it is chosen.'),
  args: z.array(z.string()).default([]).describe('Arguments that come behind all others.'),
})

const choice = z.strictObject({
  label: name.describe('What is chosen, for people: Memory.'),
  options: z.array(option).min(1).describe('What there is to choose from.'),
})

const profile = z.strictObject({
  name: name.describe('What people read: Data science.'),
  slug: slug.describe('What user options have; made of the name when left out: data-science.'),
  description: z.string().optional().describe('A sentence or two about it, for people.'),
  default: z.boolean().default(false).describe('Whether it is chosen at first; else the first is.'),
  cmd: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("The command, in the place of the spawner's; filled in like it."),
  args: z
    .array(z.string())
    .optional()
    .describe("The arguments, in the place of the spawner's; filled in like them."),
  environment: environment
    .default({})
    .describe("More environment variables, over the spawner's; filled in like them."),
  choices: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9_-]{0,62}$/,
          'the key of a choice has a lower-case letter and then a-z 0-9 _ -, at most 63 characters',
        ),
      choice,
    )
    .default({})
    .describe('What else is chosen with the profile: Memory. The key is what user options have.'),
})

/** `spawner.profiles`: the ways to start a server that people choose from. */
export const profiles = z
  .array(profile)
  .default([])
  .describe('What people choose from before a server is started; nothing to choose when empty.')
