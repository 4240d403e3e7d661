import { sha256 } from '../base/hash.ts'

/** Shorter secrets could be guessed. `openssl rand -hex 32` makes 64 characters. */
const MIN_SECRET_LENGTH = 16

const DIGEST_PREFIX = /^sha256:/i
const DIGEST = /^sha256:[0-9a-f]{64}$/i

/**
 * What is wrong with a secret of the config map, or with its `sha256:<hex>` digest.
 * @returns words that do not contain the secret, or null when it can be used
 */
export function secretFault(secret: string): string | null {
  if (DIGEST_PREFIX.test(secret)) {
    return DIGEST.test(secret) ? null : 'a sha256: digest has 64 hexadecimal digits'
  }
  if (!/^[\x21-\x7e]*$/.test(secret)) {
    return 'a secret has visible ASCII characters only, no spaces or line breaks'
  }
  if (secret.length < MIN_SECRET_LENGTH) {
    return `a secret has at least ${MIN_SECRET_LENGTH} characters; make one with: openssl rand -hex 32`
  }
  return null
}

/** SHA-256 (lower-case hex) of a secret that {@link secretFault} found usable, or of its digest. */
export function secretDigest(secret: string): string {
  return DIGEST.test(secret) ? secret.slice('sha256:'.length).toLowerCase() : sha256(secret)
}
