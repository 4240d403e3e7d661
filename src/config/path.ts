/** Where a value is in the configuration: keys, and indexes of list items. */
export type ConfigPath = readonly (string | number)[]

/** An unambiguous string for a path, for keys of a Map. */
export function pathId(path: ConfigPath): string {
  return JSON.stringify(path)
}

/**
 * Whether what stands at a path may be a secret, so that no message shows it: passwords, tokens,
 * everything under `api_tokens` (somebody may have swapped secret and owner), the environment of
 * servers, and a file that is one text, which may be a secret's.
 */
export function isSecretPath(path: ConfigPath): boolean {
  if (path.length === 0 || path[0] === 'api_tokens') return true
  const last = path.at(-1)
  return last === 'password' || last === 'api_token' || path.includes('environment')
}

/**
 * Whether a key that the schema does not know could be a secret that landed in the wrong place, for
 * instance below an `api_tokens:` without indentation.
 */
export function looksSecret(key: string): boolean {
  return key.length >= 16 && (key.length > 40 || !/^[A-Za-z_-]+$/.test(key))
}

const PLAIN = /^[\w@.+~:*${}/-]+$/

/**
 * A path as messages print it: `load_roles.0.name`; `*` stands for a key that is or may be a secret.
 * @param sourceOf the text in the file of a key that was made from references, undefined for others
 */
export function printPath(
  path: ConfigPath,
  sourceOf: (path: ConfigPath) => string | undefined,
): string {
  const parts = path.map((key, index) => {
    if (typeof key === 'number') return String(key)
    if (index === 1 && path[0] === 'api_tokens') return '*'
    const source = sourceOf(path.slice(0, index + 1))
    const shown = source ?? key
    return PLAIN.test(shown) ? shown : JSON.stringify(shown)
  })
  return parts.join('.')
}
