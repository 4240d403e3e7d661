import { escapePath } from '../../../model/server-url.ts'

/** Whether a name can be a part of an address: dots would lead elsewhere. */
export function isAddressable(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..'
}

/**
 * Where the REST API has a group.
 * @param name {@link isAddressable}; those that come with an address are
 */
export function groupApiPath(name: string): string {
  return `/groups/${escapePath(name)}`
}

/** The names in a text that somebody typed, with spaces, commas, semicolons or new lines between. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ''))]
}

/** A count from an address, 0 for what is none. */
export function offsetOf(text: string | undefined): number {
  return /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0
}

/** Text as it is compared in a search: in any case and spelling. */
export function caseless(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
