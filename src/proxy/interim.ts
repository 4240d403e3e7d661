import type { ServerResponse } from 'node:http'
import type { AnswerHead } from './upstream/answer-head.ts'

const PROCESSING = 102
const EARLY_HINTS = 103

/**
 * Passes on what a server says before its answer (RFC 9110 §15.2, RFC 8297): that it works on it, or
 * the links that the answer will have. Nothing else of it is passed, and no other 1xx.
 * @param response nothing of it was sent yet
 */
export function sendInterim(
  response: Pick<ServerResponse, 'writeEarlyHints' | 'writeProcessing'>,
  { status, headers }: Pick<AnswerHead, 'status' | 'headers'>,
): void {
  if (status === PROCESSING) response.writeProcessing()
  if (status !== EARLY_HINTS) return
  const link = headers.filter((_, i) => headers[i - 1]?.toLowerCase() === 'link' && i % 2 === 1)
  if (link.length === 0) return
  try {
    response.writeEarlyHints({ link })
  } catch {
    // Node takes well-formed links only; hints may be left out.
  }
}
