/** What is filled in in the settings of a server: `{username}` in `cmd`, `args`, `environment`. */
export const PLACEHOLDERS: readonly string[] = [
  'port',
  'ip',
  'base_url',
  'username',
  'servername',
  'token',
]

const PLACEHOLDER = /(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}/g

/**
 * The names in braces in a text. Braces around anything but a name, as in JSON, mean themselves; so
 * do those of a shell's own `${HOME}`.
 */
export function placeholdersIn(text: string): string[] {
  const found = [...text.matchAll(PLACEHOLDER)].map(([, dollar, name = '']) => ({ dollar, name }))
  return found
    .filter(({ dollar, name }) => dollar === '' || PLACEHOLDERS.includes(name))
    .map(({ name }) => name)
}
