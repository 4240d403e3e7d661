import { isForeignSite } from '../auth/origin.ts'
import { HubgateError } from '../base/errors.ts'
import type { Visit } from './visit.ts'

/** Bytes that a form of ours may have. */
const MAX_BYTES = 64 * 1024

/**
 * The body of a form, as text.
 * @throws HubgateError `payload_too_large`
 */
export async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (request.body === null) return ''
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new HubgateError('payload_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * The fields of a form that a page of ours sent: from the same origin, URL-encoded, of a bounded
 * size. The caller still checks the XSRF value: no header stands in for it (threats.md P13).
 * @throws HubgateError `forbidden` for a foreign origin, `bad_request`, `payload_too_large`
 */
export async function readForm(visit: Visit): Promise<URLSearchParams> {
  const { c, facts, origin } = visit
  if (isForeignSite(facts) || (facts.origin !== undefined && facts.origin !== origin)) {
    throw new HubgateError('forbidden', 'This form must be sent from a page of the hub itself.')
  }
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    throw new HubgateError('bad_request', 'The form must be URL-encoded.')
  }
  return new URLSearchParams(await readText(c.req.raw))
}

/**
 * A field's value, undefined when it was not sent.
 * @throws HubgateError `bad_request` when it was sent twice
 */
export function field(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name)
  if (values.length > 1) throw new HubgateError('bad_request', `Send ${name} once.`)
  return values[0]
}
