/** Where secrets stand in the path (wire-contract §1.8, deprecated routes). */
const AUTHORIZATIONS = /authorizations[/\\].*$/is
const KIND = /^authorizations[/\\]+(?:token|cookie)(?=[/\\]|$)/i

/** Tokens of ours, wherever somebody put one. */
const TOKENS = /hg[hn]_\w+/gi

/** More rounds of percent-encoding than this are nobody's mistake. */
const ROUNDS = 3

const HIDDEN = '…'

/** Everything behind `authorizations/token` and `authorizations/cookie`. */
function withoutCredential(text: string): string {
  const kind = KIND.exec(text)?.[0] ?? text.slice(0, 'authorizations'.length)
  return kind === text ? text : `${kind}/${HIDDEN}`
}

function redacted(path: string): string {
  return path.replace(AUTHORIZATIONS, withoutCredential).replace(TOKENS, HIDDEN)
}

/** Percent-encoded ASCII, as far as there is any. */
function decoded(path: string): string {
  return path.replace(/%[0-7][0-9a-f]/gi, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  )
}

/**
 * A request's path as logs may keep it: without secrets of ours, however they are written.
 * @param path raw
 */
export function withoutSecrets(path: string): string {
  const plain = redacted(path)
  let text = plain
  for (let round = 0; round < ROUNDS; round++) {
    text = decoded(text)
    if (redacted(text) !== text) return HIDDEN
  }
  return plain
}
