const SERVER_NAME = /^[a-z](?:-?[a-z0-9])*$/
const SERVER_NAME_LENGTH = 30
const DISPLAY_NAME_LENGTH = 255
/** Controls, formats, unassigned and private characters, and every separator but the plain space. */
const NOT_PRINTABLE = /\p{C}|(?! )\p{Z}/u
const LOOSE_SPACE = /^ | $| {2}/

/**
 * Whether a named server may be created with this name (wire-contract §1.9): 1 to 30 of `a-z`, `0-9`
 * and single hyphens inside, a letter first. The default server's empty name is not one.
 */
export function isValidServerName(name: string): boolean {
  return name.length <= SERVER_NAME_LENGTH && SERVER_NAME.test(name)
}

/**
 * Whether a server may be created with this display name (wire-contract §1.9): in NFC, 1 to 255
 * characters, printable, single plain spaces inside. Like JupyterHub it looks at the NFC form of
 * what it is given, and does not demand that the name came in it.
 */
export function isValidDisplayName(name: string): boolean {
  const composed = name.normalize('NFC')
  const { length } = [...composed]
  if (length === 0 || length > DISPLAY_NAME_LENGTH) return false
  return !NOT_PRINTABLE.test(composed) && !LOOSE_SPACE.test(composed)
}
