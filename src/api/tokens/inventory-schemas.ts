import { z } from '@hono/zod-openapi'
import { XSRF_FIELD } from '../../auth/xsrf.ts'
import { cursorPagination, cursorQuery } from '../schemas/cursor-paging.ts'
import { shown } from '../schemas/shown.ts'
import { parseTimestamp } from '../timestamp.ts'
import { tokenModel } from './schemas.ts'

const MAX_TEXT = 1023

const text = (name: string, description: string) =>
  z.string().min(1, `${name} must not be empty`).max(MAX_TEXT).optional().openapi({ description })

const oneOf = <Value extends string>(name: string, values: readonly Value[]) =>
  z.enum(values, {
    error: (issue) => `${name} must be one of ${values.join(', ')}, not ${shown(issue.input)}`,
  })

/** A time, or one of the words that are none. */
const timeOr = <Word extends string>(name: string, words: readonly Word[]) =>
  z.string().transform((value, context) => {
    const at = words.find((word) => word === value) ?? parseTimestamp(value)
    if (at !== undefined) return at
    const choices = [...words, 'a time such as 2026-11-22T21:08:19Z'].join(' or ')
    const message = `${name} must be ${choices}, not ${shown(value)}`
    context.issues.push({ code: 'custom', message, input: value })
    return z.NEVER
  })

const time = (name: string, description: string) =>
  timeOr(name, []).optional().openapi({ type: 'string', format: 'date-time', description })

/** What narrows the inventory: all that is given must be true of a token. */
const filters = {
  owner: text('owner', 'Only tokens of the user or service of this name.'),
  owner_kind: oneOf('owner_kind', ['user', 'service'])
    .optional()
    .openapi({ description: 'Only tokens of users, or only those of services.' }),
  kind: oneOf('kind', ['hub', 'notebook'])
    .optional()
    .openapi({ description: 'Only hub tokens, or only notebook tokens.' }),
  note: text('note', 'Only tokens whose note contains this, in any case.'),
  scope: text(
    'scope',
    'Only tokens that were made with this scope, by itself, by a scope that brings it, or by ' +
      'inherit when their owner may do it now. Without a filter: for whatever resource.',
  ),
  unused_since: time(
    'unused_since',
    'Only tokens that were last used before this, or were made before this and never used.',
  ),
  created_before: time('created_before', 'Only tokens that were made before this.'),
  expires: timeOr('expires', ['never'])
    .optional()
    .openapi({ type: 'string', description: 'never, or a time: only tokens that end before it.' }),
}

const paging = cursorQuery.shape

/** A misspelt filter would widen what is meant. `_xsrf` is there for browsers. */
const NOT_FILTERS: ReadonlySet<string> = new Set([...Object.keys(paging), 'dry_run', XSRF_FIELD])

const isFilter = (key: string): boolean => Object.hasOwn(filters, key)

function refuseUnknown(query: object, context: z.core.$RefinementCtx): void {
  const unknown = Object.keys(query).filter((key) => !isFilter(key) && !NOT_FILTERS.has(key))
  if (unknown.length === 0) return
  const message = `There is no filter ${unknown.join(', ')}: use ${Object.keys(filters).join(', ')}`
  context.issues.push({ code: 'custom', message, input: query })
}

export const inventoryQuery = z.looseObject({ ...filters, ...paging }).superRefine(refuseUnknown)

const dryRun = oneOf('dry_run', ['true', 'false'])
  .transform((value) => value === 'true')
  .optional()
  .openapi({ type: 'boolean', description: 'true: nothing is revoked, only counted.' })

export const bulkRevokeQuery = z
  .looseObject({ ...filters, ...paging, dry_run: dryRun })
  .superRefine(refuseUnknown)
  .refine(
    (query) => Object.keys(query).some(isFilter),
    `Name at least one of ${Object.keys(filters).join(', ')}: without any, all tokens would end.`,
  )

const owner = z.object({ kind: z.enum(['user', 'service']), name: z.string() })

export const inventoryPage = z
  .object({ items: z.array(tokenModel.extend({ owner })), _pagination: cursorPagination })
  .openapi('TokenInventory')

export const bulkRevocation = z
  .object({
    dry_run: z.boolean().openapi({ description: 'true: nothing was revoked, only counted.' }),
    revoked: z.int().openapi({ description: 'How many tokens of this batch are revoked.' }),
    kept: z
      .array(z.object({ id: z.string(), owner, reason: z.string() }))
      .openapi({ description: 'What matches as well and is not revoked.' }),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as `after` for the next batch; null after the last one.' }),
  })
  .openapi('BulkRevocation')
