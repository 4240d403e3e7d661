import { openEndpoint } from '../route.ts'

/** `GET /openapi.json`: the description of this API, which is made from the route table. */
export const openapiEndpoint = openEndpoint({
  summary: 'Read the description of this API in OpenAPI 3.1',
  answers: { 200: { description: 'The description.' } },
  handle: ({ deps }) =>
    new Response(deps.describe(), { headers: { 'content-type': 'application/json' } }),
})
