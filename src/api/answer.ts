/** A JSON answer. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status })
}

/** 204, without a body and a type. */
export function noContent(): Response {
  return new Response(null, { status: 204 })
}

/** An empty body where JupyterHub has one: with a type, and a length of 0. */
export function empty(status: number, type: string): Response {
  return new Response('', { status, headers: { 'content-type': type } })
}
