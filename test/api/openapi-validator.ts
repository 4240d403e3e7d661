import type { ValidateFunction } from 'ajv/dist/2020.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { Answer } from './harness.ts'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

export interface ApiDocument {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

interface Validator {
  operationOf: (method: string, path: string) => Operation | undefined
  check: (schema: object) => ValidateFunction
}

let validator: Validator | undefined

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function matcherOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map(quoted)
  return new RegExp(`^${parts.join('[^/]+')}$`)
}

function validatorOf(document: ApiDocument): Validator {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'api', ...document })
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    return { matches: matcherOf(path), operations }
  })
  const checks = new Map<object, ValidateFunction>()
  return {
    operationOf: (method, path) =>
      paths.find(({ matches }) => matches.test(path))?.operations[method.toLowerCase()],
    check: (schema) => {
      const known = checks.get(schema)
      if (known !== undefined) return known
      const text = JSON.stringify(schema).replaceAll('"#/', '"api#/')
      const check = ajv.compile(JSON.parse(text) as object)
      checks.set(schema, check)
      return check
    },
  }
}

/** Expects that an answer is one that the API's own description announces. */
export async function validateAnswer(
  fetch: (path: string) => Promise<Response>,
  method: string,
  path: string,
  answer: Answer,
): Promise<void> {
  validator ??= validatorOf((await (await fetch('/openapi.json')).json()) as ApiDocument)
  const operation = validator.operationOf(method, path.split('?')[0] ?? '')
  if (operation === undefined || answer.status === 405) return
  const described = operation.responses[String(answer.status)]
  const announced = Object.keys(operation.responses)
  // Errors that any route can give are not repeated at each of them.
  if (described === undefined && answer.status >= 400) return
  expect(announced, `${method} ${path}`).toContain(String(answer.status))
  const schema = described?.content?.['application/json']?.schema
  if (schema === undefined || answer.body === undefined) return
  const check = validator.check(schema)
  check(answer.body)
  expect(check.errors ?? [], `${method} ${path}: ${answer.text}`).toEqual([])
}
