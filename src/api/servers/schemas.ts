import { z } from '@hono/zod-openapi'
import { ifWrongType, nullableObject, nullableTime } from '../schemas/common.ts'

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
  })
  .openapi('ProgressEvent')
