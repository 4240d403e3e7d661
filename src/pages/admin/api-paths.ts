import { HubgateError } from '../../base/errors.ts'
import { escapePath } from '../../model/server-url.ts'

/** A name that a URL would take for a direction is no part of a path. */
function part(name: string, what: string): string {
  if (name !== '' && name !== '.' && name !== '..') return escapePath(name)
  throw new HubgateError('not_found', `There is no ${what} of that name.`)
}

/**
 * Where the API has a user.
 * @throws HubgateError `not_found` for what no path can name
 */
export function userPath(name: string): string {
  return `/users/${part(name, 'user')}`
}

/**
 * Where the API has a group's members.
 * @throws HubgateError `not_found` for what no path can name
 */
export function membersPath(group: string): string {
  return `/groups/${part(group, 'group')}/users`
}
