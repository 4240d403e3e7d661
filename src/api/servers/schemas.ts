import { z } from '@hono/zod-openapi'
import { ifWrongType, nullableObject, nullableTime } from '../schemas/common.ts'
import { cursorPagination, cursorQuery } from '../schemas/cursor-paging.ts'
import { shown } from '../schemas/shown.ts'

export const serverModel = z
  .object({
    name: z.string().openapi({ description: 'Empty for the default server.' }),
    display_name: z.string(),
    full_name: z.string().openapi({ description: 'user/name' }),
    last_activity: nullableTime,
    started: nullableTime,
    pending: z.enum(['spawn', 'stop']).nullable(),
    ready: z.boolean(),
    stopped: z.boolean(),
    url: z.string(),
    user_options: nullableObject,
    progress_url: z.string(),
    full_url: z.string().nullable(),
    full_progress_url: z.string().nullable(),
    state: nullableObject
      .optional()
      .openapi({ description: "The spawner's notes; with admin:server_state only." }),
  })
  .openapi('Server')

/**
 * The body of a start. An object without `display_name` and `user_options` is the options itself,
 * JupyterHub's older form (wire-contract §1.9, Body).
 */
export const startBody = z
  .looseObject(
    {
      display_name: z.string('display_name must be a string').optional(),
      user_options: z
        .record(z.string(), z.json(), 'user_options must be an object or null')
        .nullish()
        .openapi({ type: ['object', 'null'], additionalProperties: true }),
    },
    ifWrongType('Body must be a JSON object'),
  )
  .optional()

const NOTHING_TO_CHANGE = 'Must specify at least one field to modify.'

/** Null is as good as left out, but for the options: those are an object or stay. */
export const changeServerBody = z
  .strictObject(
    {
      name: z.string('name must be a string').nullish(),
      display_name: z.string('display_name must be a string').nullish(),
      user_options: z
        .record(z.string(), z.json(), 'user_options must be a dict')
        .optional()
        .openapi({ type: 'object', additionalProperties: true }),
    },
    ifWrongType(NOTHING_TO_CHANGE),
  )
  .refine((body) => Object.keys(body).length > 0, {
    error: NOTHING_TO_CHANGE,
    // Other keys are a fault of their own.
    when: ({ issues }) => issues.length === 0,
  })

export const stopBody = z
  .object({
    remove: z
      .boolean()
      .optional()
      .openapi({ description: 'Forget the named server once it is stopped.' }),
  })
  .optional()

export const progressEvent = z
  .looseObject({
    progress: z.int().openapi({ description: '0 to 100' }),
    message: z.string(),
    html_message: z.string().optional(),
    ready: z
      .literal(true)
      .optional()
      .openapi({ description: 'The last event of a start that succeeded.' }),
    failed: z
      .literal(true)
      .optional()
      .openapi({ description: 'The last event of a start that failed.' }),
    url: z.string().optional(),
    queue: z
      .object({ position: z.int(), length: z.int() })
      .optional()
      .openapi({ description: "Its place among starts that wait for room (hubgate's own)." }),
  })
  .openapi('ProgressEvent')

const STATES = ['active', 'ready', 'pending', 'stopped', 'all'] as const

const SECONDS = /^\d{1,12}(?:\.\d+)?$/

export const serversQuery = z.object({
  state: z
    .enum(STATES, {
      error: (issue) => `state must be one of ${STATES.join(', ')}, not ${shown(issue.input)}`,
    })
    .default('active')
    .openapi({ description: 'Servers in this state; active ones are ready or pending.' }),
  idle_for: z
    .string()
    .regex(SECONDS, 'idle_for must be a number of seconds')
    .transform(Number)
    .optional()
    .openapi({
      type: 'number',
      description:
        'Only servers that were not used for so many seconds: since their last activity or start.',
    }),
  user: z.string().optional().openapi({ description: 'Only servers of this user.' }),
  ...cursorQuery.shape,
})

export const serverPage = z
  .object({
    items: z.array(
      serverModel.extend({
        user: z.string().openapi({ description: "The owner's name." }),
      }),
    ),
    _pagination: cursorPagination,
  })
  .openapi('ServerPage')
