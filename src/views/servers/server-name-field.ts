import { html } from '../html.ts'

/** What a new server's name may be, for people. */
export const NAME_RULE = '1 to 30 of a–z, 0–9 and single hyphens; a letter first.'

/** The same for browsers: attributes of the field. */
export const NAME_FIELD = html`type="text" maxlength="30" autocomplete="off" autocapitalize="none" spellcheck="false" pattern="[a-z](-?[a-z0-9])*"`

/** Why a name is none. */
export function nameFault(name: string): string {
  return `“${name}” cannot be a server’s name: take ${NAME_RULE}`
}
