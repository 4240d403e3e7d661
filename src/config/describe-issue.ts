import type { z } from 'zod'
import type { Json } from '../model/json.ts'
import type { ConfigTree, Finding } from './config-tree.ts'
import { nearest } from './nearest.ts'
import type { ConfigPath } from './path.ts'
import { looksSecret } from './path.ts'
import { suggestKey } from './suggest-key.ts'

type Issue = z.core.$ZodIssue
type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>

const EXPECTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
}
const SCALARS = ['number', 'int', 'boolean']
const MAX_SHOWN = 60

function kindOf(value: Json): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return (
    { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as string] ??
    'a mapping'
  )
}

/** What was found, in words; only its kind where the value must not be shown. */
function found(value: Json, showable: boolean): string {
  if (!showable || value === null || typeof value === 'object') return kindOf(value)
  if (typeof value !== 'string') return String(value)
  const text = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value
  return `the text ${JSON.stringify(text)}`
}

function wrongType(issue: IssueOf<'invalid_type'>, path: ConfigPath, tree: ConfigTree): string {
  const value = tree.get(path)
  const expected = EXPECTED[issue.expected] ?? issue.expected
  if (value === undefined) return `this key is required: ${expected}`
  const base = `expected ${expected}, found ${found(value, tree.isShowable(path))}`
  if (value === null) return `${base}; give it a value or remove the key`
  if (issue.expected === 'string' && typeof value !== 'object') return `${base}; put it in quotes`
  const quoted = typeof value === 'string' && SCALARS.includes(issue.expected)
  return quoted && tree.isShowable(path) && /^[\d.]+$|^(?:true|false)$/.test(value)
    ? `${base}; leave out the quotes`
    : base
}

/** What a limit counts, by what zod calls the origin of the issue. */
const UNITS: Record<string, string> = { string: ' characters', array: ' items' }

function limit(issue: IssueOf<'too_small'> | IssueOf<'too_big'>): string {
  const unit = UNITS[issue.origin] ?? ''
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unit}`
  if (unit !== '' && issue.minimum === 1) return 'must not be empty'
  return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit}`
}

function wrongChoice(options: readonly unknown[], path: ConfigPath, tree: ConfigTree): string {
  const words = options.map(String)
  const choice = words.length === 1 ? words.join('') : `one of ${words.join(', ')}`
  const value = tree.get(path)
  if (value === undefined) return `this key is required: ${choice}`
  const showable = tree.isShowable(path)
  const close = showable && typeof value === 'string' ? nearest(value, words) : undefined
  const hint = close === undefined || words.length === 1 ? '' : `; did you mean ${close}?`
  return `expected ${choice}, found ${found(value, showable)}${hint}`
}

/** The findings in one issue of the schema, in plain words. */
export function describeIssue(issue: Issue, tree: ConfigTree): Finding[] {
  const path = issue.path as ConfigPath
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: 'key',
        hideKey: looksSecret(key),
        message: `unknown key${suggestKey(path, key)}`,
      }))
    case 'invalid_key': {
      const [inner] = issue.issues
      const messages = inner === undefined ? [] : describeIssue({ ...inner, path: [...path] }, tree)
      return messages.map((finding) => ({ ...finding, at: 'key' }))
    }
    case 'invalid_type':
      return [{ path, message: wrongType(issue, path, tree) }]
    case 'too_small':
    case 'too_big':
      return [{ path, message: limit(issue) }]
    case 'invalid_value':
      return [{ path, message: wrongChoice(issue.values, path, tree) }]
    case 'invalid_union':
      return [{ path, message: unionMessage(issue, path, tree) }]
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return [{ path, message: issue.message }]
  }
}

function unionMessage(issue: IssueOf<'invalid_union'>, path: ConfigPath, tree: ConfigTree): string {
  const options = 'options' in issue ? issue.options : undefined
  return Array.isArray(options)
    ? wrongChoice(options, path, tree)
    : 'this cannot be written as JSON (.nan and .inf cannot)'
}
