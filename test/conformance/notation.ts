/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A body that is sent as it is, JSON or not. */
export interface RawBody {
  readonly raw: string | Uint8Array
}

/** A request as the case files write it: `'GET /users'`, or with a body `['POST /groups', { … }]`. */
export type Line = string | readonly [request: string, body: Json | RawBody] | Draft

/** Repeat the request until the answer has this value there, or this status. */
export type Until = { status: number } | { at: string; is: Json }

export interface Draft {
  /** Method, a space and the path below `/hub/api`, or a whole path below `/hub/`. */
  readonly request: string
  readonly body?: Json | RawBody
  readonly headers?: Readonly<Record<string, string>>
  /** Names for values of the answer: name → path in the body, or `?code` for what a redirect has. */
  readonly keep?: Readonly<Record<string, string>>
  readonly until?: Until
  /** Send it so many times at once; how often there was which answer is compared. */
  readonly times?: number
  /** The answers are not looked at. */
  readonly tidies?: boolean
}

/** One request by somebody. */
export interface Call extends Draft {
  readonly persona: string
}

/** Lets servers go on that wait for it: see sides/server.py. */
export interface Release {
  readonly release: string
}

export type Step = Call | Release

/** The cases about one resource, in their order; they need no other resource's cases before them. */
export interface Resource {
  readonly name: string
  readonly steps: readonly Step[]
}

/** JupyterHub's media type for pages. */
export const PAGED = 'application/jupyterhub-pagination+json'

export function resource(name: string, ...steps: readonly (Step | readonly Step[])[]): Resource {
  return { name, steps: steps.flat() }
}

function draft(line: Line): Draft {
  if (typeof line === 'string') return { request: line }
  if ('request' in line) return line
  return { request: line[0], body: line[1] }
}

/** Requests that one persona sends, one after the other. */
export function as(persona: string, ...lines: readonly Line[]): Call[] {
  return lines.map((line) => ({ ...draft(line), persona }))
}

/** The same request by several personas. */
export function each(personas: readonly string[], ...lines: readonly Line[]): Call[] {
  return personas.flatMap((persona) => as(persona, ...lines))
}

export function raw(body: string | Uint8Array): RawBody {
  return { raw: body }
}

export function withHeaders(headers: Readonly<Record<string, string>>, line: Line): Draft {
  const base = draft(line)
  return { ...base, headers: { ...base.headers, ...headers } }
}

/** Asks for a page. */
export function paged(line: Line): Draft {
  return withHeaders({ accept: PAGED }, line)
}

/**
 * Names values of the answer: `{{name}}` stands for it in later requests, and a persona of that name
 * uses it as a token.
 */
export function keep(names: Readonly<Record<string, string>>, line: Line): Draft {
  return { ...draft(line), keep: names }
}

/** Sends a request so many times at once. */
export function atOnce(times: number, line: Line): Draft {
  return { ...draft(line), times }
}

/** Removes what only one of the two may have made: nothing is compared. */
export function tidy(...lines: readonly Line[]): Draft[] {
  return lines.map((line) => ({ ...draft(line), tidies: true }))
}

/** Repeats a request until its answer has the value there; only the last answer is compared. */
export function until(at: string, is: Json, line: Line): Draft {
  return { ...draft(line), until: { at, is } }
}

/** Repeats a request until it has the status. */
export function untilStatus(status: number, line: Line): Draft {
  return { ...draft(line), until: { status } }
}

/** Lets the servers with this name (`user/server`) start, or end, that wait for it. */
export function release(server: string): Release {
  return { release: server }
}

export function isRaw(body: Json | RawBody): body is RawBody {
  return typeof body === 'object' && body !== null && 'raw' in body
}

function bodyText(body: Draft['body']): string {
  if (body === undefined) return ''
  if (!isRaw(body)) return ` ${JSON.stringify(body)}`
  return typeof body.raw === 'string' ? ` ${body.raw}` : ` <${body.raw.length} bytes>`
}

const LONGEST = 120
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** How a case is called in reports and in the reviewed list. */
export function caseName(call: Call): string {
  const headers = Object.entries(call.headers ?? {}).map(([name, value]) =>
    value === PAGED ? ' paged' : ` ${name}=${value}`,
  )
  return cut(`${call.persona} ${call.request}${headers.join('')}${bodyText(call.body)}`)
}
