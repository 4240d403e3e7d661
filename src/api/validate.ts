import type { z } from '@hono/zod-openapi'
import { HubgateError } from '../base/errors.ts'

type Issue = z.core.$ZodRawIssue

/** So many faults are told: a long list of wrong values makes no longer answer. */
const MAX_FAULTS = 10

/** What a JSON value is, in a person's words. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'boolean' ? `${value}` : `a ${typeof value}`
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  int: 'an integer',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const UNITS: Readonly<Record<string, string>> = {
  string: ' characters long',
  array: ' entries long',
}

function nameOf(issue: Pick<Issue, 'path'>): string {
  return (issue.path ?? []).map(String).join('.')
}

function typeFault(issue: Issue & { code: 'invalid_type' }): string {
  const name = nameOf(issue)
  const expected = EXPECTED[issue.expected] ?? issue.expected
  return name === ''
    ? `Invalid JSON data: must be ${expected}, not ${kindOf(issue.input)}`
    : `${name} must be ${expected}, not ${kindOf(issue.input)}`
}

/** The text for a fault where its schema has none: it names the field. */
function describe(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return typeFault(issue)
  if (issue.code === 'unrecognized_keys') return `Invalid JSON keys: ${issue.keys.join(', ')}`
  const name = nameOf(issue)
  const unit = UNITS[issue.code === 'too_small' || issue.code === 'too_big' ? issue.origin : '']
  if (issue.code === 'too_small') return `${name} must be at least ${issue.minimum}${unit ?? ''}`
  if (issue.code === 'too_big') return `${name} must be at most ${issue.maximum}${unit ?? ''}`
  return name === '' ? undefined : `${name} is not valid`
}

/**
 * Input as its schema has it. Its faults are told at once; a schema's own text wins.
 * @throws HubgateError `bad_request` that names the fields
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input, { error: describe })
  if (result.success) return result.data
  const messages = [...new Set(result.error.issues.map((issue) => issue.message))]
  const more = messages.length > MAX_FAULTS ? [`and ${messages.length - MAX_FAULTS} more`] : []
  throw new HubgateError('bad_request', [...messages.slice(0, MAX_FAULTS), ...more].join('; '))
}
