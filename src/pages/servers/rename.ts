import { requireScope } from '../../auth/require-scope.ts'
import { HubgateError } from '../../base/errors.ts'
import { isActive } from '../../model/server.ts'
import { isValidDisplayName, isValidServerName } from '../../model/server-name.ts'
import { escapePath } from '../../model/server-url.ts'
import { renamePage } from '../../views/servers/rename-page.ts'
import { nameFault } from '../../views/servers/server-name-field.ts'
import { callApi } from '../api-client.ts'
import { field } from '../form.ts'
import { page, redirect } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberForm, memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import type { Target } from './target.ts'
import { requireOwner, targetOfPath, targetPath } from './target.ts'

/** What the form has. */
interface Names {
  name: string
  displayName: string
}

interface Fault {
  status: number
  message: string
}

/** @throws HubgateError when it is not for the viewer, or there is no such server */
async function renamed(visit: Visit, { principal, viewer }: SignedIn): Promise<Target> {
  const target = await targetOfPath(visit, viewer)
  requireScope(principal, ['start:servers'], target.resource)
  requireOwner(target)
  if (target.record === undefined && target.server !== '') throw new HubgateError('not_found')
  return target
}

function answer(
  { hubPath }: Visit,
  { viewer }: SignedIn,
  target: Target,
  names: Names,
  fault?: Fault,
): Response {
  const { record, server, user } = target
  const active = record !== undefined && isActive(record)
  const action = `${hubPath}rename/${targetPath(target)}`
  const error = fault?.message
  const html = renamePage({ hubPath, viewer, user, server, action, ...names, active, error })
  return page(html, { status: fault?.status ?? 200 })
}

/** The form for a server's names. */
export const showRename = memberPage(async (visit, member) => {
  const target = await renamed(visit, member)
  const displayName = target.record?.displayName ?? ''
  return answer(visit, member, target, { name: target.server, displayName })
})

function faultOf(target: Target, { name, displayName }: Names): string | undefined {
  if (name !== target.server && !isValidServerName(name)) return nameFault(name)
  if (displayName === '' || isValidDisplayName(displayName)) return undefined
  return 'That cannot be a display name: take up to 255 letters, digits and signs, with single spaces.'
}

/** Only what is new: the API takes the name that a server has for one that is taken. */
function changesOf(target: Target, { name, displayName }: Names): Record<string, string> {
  const before = target.record?.displayName ?? ''
  // A named server always has a display name: without one of its own it is its name.
  const shown = displayName === '' ? name : displayName
  return {
    ...(name === target.server ? {} : { name }),
    ...(shown === '' || shown === before ? {} : { display_name: shown }),
  }
}

/** Gives a server other names, all of them or none. */
export const rename = memberForm(async (visit, member, form) => {
  const target = await renamed(visit, member)
  const name = field(form, 'name')?.trim() ?? target.server
  const names = { name, displayName: field(form, 'display_name')?.trim() ?? '' }
  const fault = faultOf(target, names)
  if (fault !== undefined)
    return answer(visit, member, target, names, { status: 400, message: fault })
  const json = changesOf(target, names)
  const home = `${visit.hubPath}home`
  if (Object.keys(json).length === 0) return redirect(home, { status: 303 })
  const path = `/users/${escapePath(target.user)}/servers/${escapePath(target.server)}`
  const done = await callApi(visit, member, 'PATCH', path, { json })
  if (done.ok) return redirect(`${home}?done=server-renamed`, { status: 303 })
  const message = done.status === 409 ? `There is a server “${name}” already.` : done.message
  return answer(visit, member, target, names, { status: done.status, message })
})
