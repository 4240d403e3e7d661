import { escapePath } from '../../../model/server-url.ts'

/**
 * Where a group is shown, escaped.
 * @param hubPath `/hub/`
 */
export function groupHref(hubPath: string, name: string): string {
  return `${hubPath}admin/groups/${escapePath(name)}`
}
