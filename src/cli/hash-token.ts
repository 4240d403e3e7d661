import type { Readable } from 'node:stream'
import { secretDigest, secretFault } from '../config/secrets.ts'

/** Longer than any secret; keeps a wrong file on stdin from filling the memory. */
const MAX_BYTES = 64 * 1024

async function readSecret(stdin: Readable): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > MAX_BYTES) return null
    chunks.push(part)
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

function faultOf(secret: string | null): string | null {
  if (secret === null) return `the secret is longer than ${MAX_BYTES} bytes`
  if (secret === '') return 'no secret on standard input'
  return secretFault(secret)
}

/**
 * Reads one secret, without the line break at its end, and prints `sha256:<hex>`, which may stand
 * for the secret in the config map. What is a digest already is refused.
 * @returns the exit code; 1 with a message on stderr when the secret cannot be used
 */
export async function runHashToken(stdin: Readable): Promise<number> {
  const secret = await readSecret(stdin)
  const fault =
    secret?.startsWith('sha256:') === true ? 'this is a digest already' : faultOf(secret)
  if (fault !== null || secret === null) {
    process.stderr.write(`hubgate hash-token: ${String(fault)}\n`)
    return 1
  }
  process.stdout.write(`sha256:${secretDigest(secret)}\n`)
  return 0
}
