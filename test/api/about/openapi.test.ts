import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { RESOURCES, ROUTES } from '../../../src/api/routes.ts'
import { isKnownScope } from '../../../src/model/scope-table.ts'
import { openRig } from '../harness.ts'
import type { ApiDocument } from '../openapi-validator.ts'

/** The official schema of OpenAPI 3.1, from https://spec.openapis.org/oas/3.1/schema/. */
const OFFICIAL = JSON.parse(
  readFileSync(`${import.meta.dirname}/openapi-3.1-schema.json`, 'utf8'),
) as object

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

interface Operation {
  id: string
  tags: string[]
  parameters?: { in: string; name: string; description?: string; example?: string }[]
  security: Record<string, string[]>[]
  responses: Record<
    string,
    { description: string; headers: Record<string, unknown>; content?: Record<string, unknown> }
  >
}

interface Whole {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Omit<Operation, 'id'>>>
  components: { securitySchemes: Record<string, unknown>; headers: Record<string, unknown> }
}

async function readOperations() {
  const { tags, paths, components } = (await readDocument()) as unknown as Whole
  const operations: Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: `${method.toUpperCase()} ${path}`,
      ...operation,
    })),
  )
  return { tags, operations, ...components }
}

function answersOf({ id, responses }: Operation) {
  return Object.entries(responses).map(([status, answer]) => {
    return { about: `${id}: ${status}`, status: Number(status), answer }
  })
}

describe('GET /openapi.json', () => {
  it('passes the official schema of OpenAPI 3.1', async () => {
    const check = new Ajv2020({ strict: false, validateFormats: false }).compile(OFFICIAL)
    check(await readDocument())
    expect(check.errors ?? []).toEqual([])
    expect(check({ openapi: '3.1.0', info: { title: 'x' }, paths: {} })).toBe(false)
  })

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
    const routes = ROUTES.map(({ method, path }) => `${method === 'ANY' ? 'GET' : method} ${path}`)
    expect(described.sort()).toEqual(routes.sort())
    expect(paths['/users']?.['get']).toMatchObject({
      security: [
        { token: ['list:users'] },
        { bearer: ['list:users'] },
        { session: ['list:users'] },
      ],
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

  it('has every operation in one of the described groups', async () => {
    const { tags, operations } = await readOperations()
    expect(tags.map(({ name }) => name)).toEqual(RESOURCES.map(({ tag }) => tag))
    expect(tags.every(({ description }) => description.length > 5)).toBe(true)
    for (const { id, tags: own } of operations) {
      expect(own, id).toHaveLength(1)
      expect(
        tags.map(({ name }) => name),
        id,
      ).toContain(own[0])
    }
  })

  it('describes every parameter, and gives an example for those of paths', async () => {
    const { operations } = await readOperations()
    const all = operations.flatMap(({ id, parameters = [] }) =>
      parameters.map((parameter) => ({ id, ...parameter })),
    )
    const bare = all.filter(({ description, example, in: place }) => {
      const exemplified = place !== 'path' || typeof example === 'string'
      return description === undefined || description.length < 6 || !exemplified
    })
    expect(bare.map(({ id, name }) => `${id}: ${name}`)).toEqual([])
    expect(all.length).toBeGreaterThan(20)
  })

  it('asks for scopes that there are, in each of the ways to authenticate', async () => {
    const { securitySchemes, operations } = await readOperations()
    expect(securitySchemes).toMatchObject({
      token: { type: 'apiKey', in: 'header', name: 'Authorization' },
      bearer: { type: 'http', scheme: 'bearer' },
      session: { type: 'apiKey', in: 'cookie', name: 'hubgate-login' },
    })
    for (const { id, security } of operations) {
      const schemes = security.flatMap((one) => Object.keys(one))
      expect(schemes.length % 3, id).toBe(0)
      expect(new Set(schemes).size, id).toBe(schemes.length === 0 ? 0 : 3)
      const scopes = security.flatMap((one) => Object.values(one).flat())
      expect(
        scopes.filter((scope) => !isKnownScope(scope, {})),
        id,
      ).toEqual([])
    }
  })

  it('tells of each answer what it is and what comes with it', async () => {
    const { operations, headers } = await readOperations()
    expect(Object.keys(headers)).toEqual(['X-JupyterHub-Version', 'Retry-After'])
    for (const { about, status, answer } of operations.flatMap(answersOf)) {
      expect(answer.description.length, about).toBeGreaterThan(5)
      expect(answer.headers, about).toHaveProperty('X-JupyterHub-Version')
      if (status === 503) expect(answer.headers, about).toHaveProperty('Retry-After')
    }
  })

  it('shows every error in the one form', async () => {
    const { operations } = await readOperations()
    const form = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
    const errors = operations.flatMap(answersOf).filter(({ status }) => status >= 400)
    expect(errors.length).toBeGreaterThan(operations.length)
    for (const { about, answer } of errors) expect(answer.content, about).toMatchObject(form)
  })

  it('names the errors that whoever must say who they are can always get', async () => {
    const { operations } = await readOperations()
    const guarded = operations.filter(({ security }) => security.length > 0)
    for (const { id, responses } of guarded) {
      expect(Object.keys(responses), id).toEqual(expect.arrayContaining(['403', '503']))
    }
    expect(guarded.length).toBeGreaterThan(20)
  })
})
