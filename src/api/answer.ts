import { TextAnswer } from './text-answer.ts'

/** A JSON answer. */
export function json(body: unknown, status = 200): Response {
  return jsonText(JSON.stringify(body), status)
}

/** A JSON answer whose text is at hand. */
export function jsonText(text: string, status = 200): Response {
  return new TextAnswer(text, status, 'application/json')
}

/** 204, without a body and a type. */
export function noContent(): Response {
  return new TextAnswer('', 204, null)
}

/** An empty body where JupyterHub has one: with a type, and a length of 0. */
export function empty(status: number, type: string): Response {
  return new TextAnswer('', status, type)
}
