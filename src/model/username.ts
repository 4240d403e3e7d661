const MAX_BYTES = 255
/**
 * Letters and decimal digits of any script, with the marks that belong to them, `-_.@+~`, and single
 * spaces inside. A mark needs something to stand on.
 */
const ALLOWED = /^(?:[\p{L}\p{Nd}\-_.@+~][\p{Mn}\p{Mc}]*| (?! |$))+$/u
/** Characters that are drawn as nothing (joiners, fillers, variation selectors): two names would look alike. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/**
 * The one spelling of a username (threats P27): Unicode NFC in lower case, as JupyterHub lower-cases.
 * Nothing is trimmed. Apply it to every name from outside before anything else; doing it twice
 * changes nothing.
 */
export function normalizeUsername(raw: string): string {
  return raw.normalize('NFC').toLowerCase().normalize('NFC')
}

/**
 * Whether a user may have this name (threats P27). It must be as {@link normalizeUsername} leaves it,
 * 1 to 255 bytes of UTF-8, and of letters, digits, `-_.@+~` and single spaces inside. So `/`, `\`, `%`,
 * `!`, `=`, quotes, controls and invisible characters are refused; so are `.` and `..`, which are
 * directions in a path.
 */
export function isValidUsername(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.startsWith(' ')) return false
  if (Buffer.byteLength(name, 'utf8') > MAX_BYTES || name !== normalizeUsername(name)) return false
  return ALLOWED.test(name) && !INVISIBLE.test(name)
}
