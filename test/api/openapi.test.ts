import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { ROUTES } from '../../src/api/routes.ts'
import { openRig } from './harness.ts'
import type { ApiDocument } from './openapi-validator.ts'

/** What OpenAPI 3.1 asks of a document's structure, as far as this one goes. */
const STRUCTURE = {
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { const: '3.1.0' },
    info: { type: 'object', required: ['title', 'version'] },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        propertyNames: { enum: ['get', 'head', 'post', 'put', 'patch', 'delete'] },
        additionalProperties: { $ref: '#/$defs/operation' },
      },
    },
  },
  $defs: {
    operation: {
      type: 'object',
      required: ['operationId', 'summary', 'responses', 'security'],
      properties: {
        parameters: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'in', 'schema'],
            properties: {
              in: { enum: ['path', 'query'] },
              schema: { type: 'object' },
              required: { type: 'boolean' },
            },
            if: { properties: { in: { const: 'path' } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { properties: { required: { const: true } }, required: ['required'] },
          },
        },
        requestBody: { type: 'object', required: ['content'] },
        responses: {
          type: 'object',
          minProperties: 1,
          propertyNames: { pattern: '^[1-5][0-9][0-9]$' },
          additionalProperties: { type: 'object', required: ['description'] },
        },
      },
    },
  },
}

async function readDocument(): Promise<ApiDocument> {
  const { fetch } = await openRig()
  const response = await fetch('/openapi.json')
  expect(response.status).toBe(200)
  return (await response.json()) as ApiDocument
}

describe('GET /openapi.json', () => {
  it('is an OpenAPI 3.1 document', async () => {
    const check = new Ajv2020({ strict: false }).compile(STRUCTURE)
    check(await readDocument())
    expect(check.errors ?? []).toEqual([])
  })

  it('describes exactly the routes of the table, with their scopes', async () => {
    const { paths } = await readDocument()
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routes = ROUTES.map(({ method, path }) => `${method} ${path}`)
    expect(described.sort()).toEqual(routes.sort())
    expect(paths['/users']?.['get']).toMatchObject({
      security: [{ token: ['list:users'] }, { session: ['list:users'] }],
    })
  })

  it('names every parameter of a path, and every operation differently', async () => {
    const { paths } = await readDocument()
    const ids = new Set<string>()
    for (const [path, operations] of Object.entries(paths)) {
      for (const operation of Object.values(operations) as unknown as {
        operationId: string
        parameters?: { in: string; name: string }[]
      }[]) {
        ids.add(operation.operationId)
        const named = (operation.parameters ?? []).filter((one) => one.in === 'path')
        const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(named.map((one) => one.name)).toEqual(wanted)
      }
    }
    expect(ids.size).toBe(ROUTES.length)
  })

  it('has schemas that compile, and every reference leads somewhere', async () => {
    const document = await readDocument()
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'api', ...document })
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? []
    expect(references.length).toBeGreaterThan(10)
    for (const reference of new Set(references)) {
      expect(ajv.compile({ $ref: `api${reference}` })).toBeTypeOf('function')
    }
  })
})
