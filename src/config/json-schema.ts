import { z } from 'zod'
import type { Json, JsonObject } from '../model/json.ts'
import { RESTART_KEYS } from './restart-keys.ts'
import { configSchema } from './schema.ts'

/** A reference may stand where the schema wants anything narrower than text. */
const REFERENCE: JsonObject = { type: 'string', pattern: '\\$\\{[^}]+\\}' }
const NOTES = ['description', 'default']
const NARROWER = ['pattern', 'format', 'enum']

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a reference, which is text, would not do as it is. */
function refusesReference(schema: JsonObject): boolean {
  if (schema['const'] !== undefined) return false
  if (schema['type'] === 'string') return NARROWER.some((key) => key in schema)
  return ['number', 'integer', 'boolean'].includes(String(schema['type']))
}

/** The same schema, with references allowed wherever the loader replaces them. */
function allowReferences(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(allowReferences)
  if (!isObject(schema)) return schema
  if (refusesReference(schema)) {
    const entries = Object.entries(schema)
    const notes = entries.filter(([key]) => NOTES.includes(key))
    const rest = entries.filter(([key]) => !NOTES.includes(key))
    return { ...Object.fromEntries(notes), anyOf: [Object.fromEntries(rest), REFERENCE] }
  }
  const kept = new Set(['definitions', 'default'])
  const entries = Object.entries(schema)
  return Object.fromEntries(
    entries.map(([key, value]) => [key, kept.has(key) ? value : allowReferences(value)]),
  )
}

/** Says in the description of a key that its change needs a restart. */
function noteRestart(schema: JsonObject, dotted: string): void {
  for (const option of alternatives(schema)) {
    const properties = option['properties']
    if (!isObject(properties)) continue
    for (const [key, value] of Object.entries(properties)) {
      if (!isObject(value)) continue
      const own = dotted === '' ? key : `${dotted}.${key}`
      noteRestart(value, own)
      if (RESTART_KEYS.includes(own)) {
        value['description'] = `${String(value['description'])} A change needs a restart.`
      }
    }
  }
}

function alternatives(schema: JsonObject): JsonObject[] {
  const options = schema['oneOf']
  return Array.isArray(options) ? options.filter(isObject) : [schema]
}

/** The schema of the file as zod states it: JSON Schema draft 7, which editors know best. */
function statedSchema(): JsonObject {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) as JsonObject
}

/** The JSON schema of the config file for editors (config/hubgate.schema.json). */
export function editorSchema(): JsonObject {
  const stated = statedSchema()
  noteRestart(stated, '')
  return {
    title: 'hubgate configuration',
    ...(allowReferences(stated) as JsonObject),
  }
}

/** One key of the config file. */
export interface ConfigKey {
  /** Names chosen by the user are `*`, list items `0`: `load_groups.*.users`, `load_roles.0.name`. */
  readonly path: readonly string[]
  readonly required: boolean
  /** The default as the schema states it; undefined when there is none. */
  readonly default: Json | undefined
  readonly description: string
}

function keysOf(schema: JsonObject, path: readonly string[]): ConfigKey[] {
  return alternatives(schema).flatMap((option) => {
    const { properties, additionalProperties, items, required } = option
    const found: ConfigKey[] = []
    for (const [key, value] of Object.entries(isObject(properties) ? properties : {})) {
      if (!isObject(value)) continue
      const own = [...path, key]
      const needed = Array.isArray(required) && required.includes(key)
      const description = String(value['description'] ?? '')
      found.push({ path: own, required: needed, default: value['default'], description })
      found.push(...keysOf(value, own))
    }
    if (isObject(additionalProperties)) found.push(...keysOf(additionalProperties, [...path, '*']))
    if (isObject(items)) found.push(...keysOf(items, [...path, '0']))
    return found
  })
}

/** Every key that the schema knows, in its order. */
export function configKeys(): ConfigKey[] {
  return keysOf(statedSchema(), [])
}
